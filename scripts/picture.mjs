// Draws what is deployed: `node scripts/picture.mjs` writes docs/deployed.svg, with `--check` it fails where the file is another one.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs', 'deployed.svg');

/** An operation each, in the order of the picture; `function` is what answers its route. */
const OPERATIONS = [
  { route: 'GET /hello', function: 'GET hello', does: 'answers sayHello alone' },
  { route: 'GET /files/{path+}', function: 'GET files {+}', does: 'answers getFile alone' },
  { route: 'GET /events', function: 'GET events', does: 'streams watchEvents', streams: true },
  { route: 'ANY /{proxy+}', function: 'CatchAll', does: 'with catchAll: /docs, mounts', dashed: true },
];
const WIDTH = 1120;
const TOP = 96;
const ROW = 104;
const CLIENT = { x: 24, width: 176 };
const API = { x: 268, width: 204 };
const FUNCTION = { x: 548, width: 324 };
const BUNDLE = { x: 932, width: 164 };
const bottom = TOP + OPERATIONS.length * ROW + 28;
const HEIGHT = bottom + 132;

const middle = (row) => TOP + row * ROW + ROW / 2;
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const text = (x, y, content, kind = '') => `<text x="${x}" y="${y}"${kind && ` class="${kind}"`}>${escaped(content)}</text>`;
const box = (x, y, width, height, kind) => `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" class="${kind}"/>`;
const arrow = (x1, y1, x2, y2, kind = 'arrow') => `<path d="M${x1} ${y1} L${x2} ${y2}" class="${kind}" marker-end="url(#end)"/>`;

function draw() {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title">`,
    '<title id="title">What FastApiRestApi deploys: one route, function, role and log group for each operation, from one bundle</title>',
    '<style>',
    'text { font: 13px sans-serif; fill: #1f2937 } .head { font-weight: bold; font-size: 15px } .small { font-size: 12px; fill: #4b5563 } .code { font-family: monospace }',
    'rect { fill: #fff; stroke: #64748b } .page { stroke: none } .api { fill: #eef2ff; stroke: #4f46e5 } .function { fill: #fff7ed; stroke: #ea580c } .bundle { fill: #ecfdf5; stroke: #059669 }',
    '.dashed { stroke-dasharray: 6 4 } .badge { fill: #fff; stroke: #cbd5e1 } .arrow, .reads { fill: none; stroke: #475569; stroke-width: 1.5 } .reads { stroke-dasharray: 4 4 }',
    '</style>',
    '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 Z" fill="#475569"/></marker></defs>',
    `<rect class="page" width="${WIDTH}" height="${HEIGHT}"/>`,
    text(24, 36, 'What FastApiRestApi deploys', 'head'),
    text(24, 58, 'Isolated pattern, IAM. With SHARED one function answers all operations, and a second one those that stream.', 'small'),
    ...client(),
    ...api(),
    ...OPERATIONS.flatMap(operation),
    ...bundle(),
    ...runtimeConfig(),
    '</svg>',
    '',
  ].join('\n');
}

function client() {
  const y = (TOP + bottom) / 2 - 48;
  return [
    box(CLIENT.x, y, CLIENT.width, 96, 'client'),
    text(CLIENT.x + 14, y + 26, 'Client', 'head'),
    text(CLIENT.x + 14, y + 50, 'browser or program', 'small'),
    text(CLIENT.x + 14, y + 70, 'signs its requests', 'small'),
    arrow(CLIENT.x + CLIENT.width, y + 48, API.x, y + 48),
  ];
}

function api() {
  return [
    box(API.x, TOP - 8, API.width, bottom - TOP + 8, 'api'),
    text(API.x + 14, TOP + 14, 'API Gateway, REST', 'head'),
    text(API.x + 14, bottom - 26, 'routes are one OpenAPI body', 'small'),
    text(API.x + 14, bottom - 10, 'CORS, access log, tracing', 'small'),
  ];
}

function operation({ route, function: name, does, streams, dashed }, row) {
  const y = middle(row);
  const left = FUNCTION.x + 12;
  const kind = dashed ? ' dashed' : '';
  return [
    box(API.x + 12, y - 18, API.width - 24, 32, `badge${kind}`),
    text(API.x + 22, y + 3, route, 'code'),
    arrow(API.x + API.width - 12, y - 2, FUNCTION.x, y - 2),
    box(FUNCTION.x, y - 44, FUNCTION.width, 84, `function${kind}`),
    text(left, y - 24, `Function ${name}`, 'code'),
    text(left, y - 6, does, 'small'),
    ...badges(left, y + 6, ['Role', 'Log group', ...(streams ? ['Web Adapter'] : [])]),
    arrow(BUNDLE.x, y - 2, FUNCTION.x + FUNCTION.width, y - 2, 'reads'),
  ];
}

function badges(x, y, labels) {
  let at = x;
  return labels.flatMap((label) => {
    const width = 18 + Math.ceil(label.length * 8);
    const drawn = [box(at, y, width, 24, 'badge'), text(at + 8, y + 16, label, 'small')];
    at += width + 8;
    return drawn;
  });
}

function bundle() {
  const lines = ['your app as it is', 'its packages', 'compiled bytecode', 'operation guard'];
  return [
    box(BUNDLE.x, TOP - 8, BUNDLE.width, bottom - TOP + 8, 'bundle'),
    text(BUNDLE.x + 14, TOP + 14, 'One bundle', 'head'),
    ...lines.map((line, index) => text(BUNDLE.x + 14, TOP + 44 + index * 20, line, 'small')),
    text(BUNDLE.x + 14, bottom - 26, 'made by uv at synth,', 'small'),
    text(BUNDLE.x + 14, bottom - 10, 'kept in a cache', 'small'),
  ];
}

function runtimeConfig() {
  const y = bottom + 36;
  const x = CLIENT.x + CLIENT.width / 2;
  return [
    box(API.x, y, API.width, 60, 'badge'),
    text(API.x + 14, y + 24, 'RuntimeConfig', 'head'),
    text(API.x + 14, y + 46, 'URL of each API, by key', 'small'),
    arrow(API.x + API.width / 2, bottom, API.x + API.width / 2, y, 'reads'),
    box(CLIENT.x, y, CLIENT.width, 60, 'badge'),
    text(CLIENT.x + 14, y + 24, 'runtime-config.json', 'code'),
    text(CLIENT.x + 14, y + 46, 'beside your web pages', 'small'),
    arrow(API.x, y + 30, CLIENT.x + CLIENT.width, y + 30, 'reads'),
    arrow(x, y, x, (TOP + bottom) / 2 + 48, 'reads'),
  ];
}

const drawn = draw();
if (!process.argv.includes('--check')) {
  writeFileSync(file, drawn);
} else if (!existsSync(file) || readFileSync(file, 'utf8') !== drawn) {
  process.stderr.write('picture: docs/deployed.svg is not what scripts/picture.mjs draws; run `node scripts/picture.mjs`\n');
  process.exitCode = 1;
}
