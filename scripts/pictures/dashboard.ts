import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FastApiApp, FastApiDashboard, FastApiRestApi, OpenApiSource } from '../../src';

/** A widget as the template has it. */
interface Widget {
  readonly type: 'metric' | 'text' | 'log';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly title?: string; readonly markdown?: string; readonly metrics?: readonly (readonly unknown[])[] };
}

const CELL = { width: 48, height: 30 };
const COLOURS = ['#1f77b4', '#ff7f0e', '#d62728', '#2ca02c', '#9467bd'];
const POINTS = 36;

/** The dashboard of a small shop, from the template that synth writes; lines and rows are made up. */
export function drawDashboard(): string {
  const widgets = widgetsOf();
  const width = 24 * CELL.width + 20;
  const height = Math.max(...widgets.map((each) => each.y + each.height)) * CELL.height + 60;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    '<title id="title">The dashboard of an API with three operations, with sample data</title>',
    '<style>text { font: 11px sans-serif; fill: #1f2937 } .title { font-weight: bold } .head { font: bold 15px sans-serif } .small { font-size: 10px; fill: #4b5563 } .box { fill: #fff; stroke: #cbd5e1 }</style>',
    `<rect width="${width}" height="${height}" fill="#f8fafc"/>`,
    '<text x="10" y="24" class="head">FastApiDashboard, with sample data</text>',
    ...widgets.flatMap(draw),
    '</svg>',
    '',
  ].join('\n');
}

function widgetsOf(): Widget[] {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-picture-'));
  try {
    fs.writeFileSync(path.join(directory, 'main.py'), '');
    fs.writeFileSync(path.join(directory, 'requirements.txt'), 'fastapi\n');
    const operation = (operationId: string, tag: string, content = 'application/json') => ({
      operationId, tags: [tag], responses: { 200: { description: 'ok', content: { [content]: content === 'application/jsonl' ? { itemSchema: {} } : {} } } },
    });
    const document = {
      openapi: '3.1.0',
      info: { title: 'Shop', version: '1' },
      paths: {
        '/items': { get: operation('listItems', 'items'), post: operation('createItem', 'items') },
        '/prices': { get: operation('watchPrices', 'prices', 'application/jsonl') },
      },
    };
    const stack = new Stack(new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } }), 'Shop');
    const app = FastApiApp.fromDirectory(directory, { entrypoint: 'main:app', observability: true, openApi: OpenApiSource.fromDocument(document) });
    const api = new FastApiRestApi(stack, 'Shop', { app });
    new FastApiDashboard(stack, 'Dashboard', { apis: [api] });
    const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    const parts: unknown[] = dashboard.Properties.DashboardBody['Fn::Join'][1];
    return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'x')).join('')).widgets;
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

function draw(widget: Widget): string[] {
  const { type, properties: { title = '', markdown = '', metrics = [] } } = widget;
  const [x, y] = [10 + widget.x * CELL.width, 40 + widget.y * CELL.height];
  const [width, height] = [widget.width * CELL.width - 6, widget.height * CELL.height - 6];
  if (type === 'text') return [`<text x="${x}" y="${y + 18}" class="head">${escaped(markdown.replace(/^#+ /, ''))}</text>`];
  const frame = [`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="3" class="box"/>`, `<text x="${x + 8}" y="${y + 16}" class="title">${escaped(title)}</text>`];
  return [...frame, ...type === 'log' ? rows(title, x + 8, y + 34) : metrics.flatMap((metric, index) => line(title, metric, index, { x: x + 8, y: y + 26, width: width - 16, height: height - 48 }))];
}

function line(title: string, metric: readonly unknown[], index: number, area: { x: number; y: number; width: number; height: number }): string[] {
  const { label = '' } = metric.at(-1) as { readonly label?: string };
  const level = levelOf(label);
  const random = randomOf(title + label);
  const values = Array.from({ length: POINTS }, (_, point) => (
    Math.min(1, Math.max(0, level * (0.75 + 0.2 * Math.sin(point / 5) + 0.35 * (random() - 0.5)) * (level < 0.1 && random() < 0.8 ? 0 : 1)))
  ));
  const points = values.map((value, point) => `${(area.x + point * area.width / (POINTS - 1)).toFixed(1)},${(area.y + area.height * (1 - value)).toFixed(1)}`);
  const colour = COLOURS[index % COLOURS.length];
  const x = area.x + index * 88 + (index > 1 ? 30 : 0);
  return [
    `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
    `<rect x="${x}" y="${area.y + area.height + 6}" width="8" height="8" fill="${colour}"/><text x="${x + 12}" y="${area.y + area.height + 14}" class="small">${escaped(label)}</text>`,
  ];
}

/** How high a line runs, of its widget. */
function levelOf(label: string): number {
  const levels: Readonly<Record<string, number>> = {
    RequestCount: 0.9, ClientError: 0.12, Failure: 0.04, p50: 0.2, p90: 0.45, p99: 0.9, ColdStart: 0.08, ConcurrentExecutions: 0.6, Throttles: 0.02,
  };
  return levels[label] ?? 0.3;
}

function rows(title: string, x: number, y: number): string[] {
  const sample = title.includes('slowest')
    ? ['12:04:31  GET   /items  842.1 ms  200  c0ffee01', '12:11:02  POST  /items  611.7 ms  201  c0ffee02', '12:19:45  GET   /prices  590.3 ms  200  c0ffee03']
    : ['12:07:12  c0ffee04  ValueError   Unhandled exception', '12:15:20  c0ffee05  TimeoutError  Unhandled exception'];
  return sample.map((text, index) => `<text x="${x}" y="${y + 18 * index}" class="small" xml:space="preserve">${escaped(text)}</text>`);
}

/** The same numbers for the same text. */
function randomOf(text: string): () => number {
  let state = [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2 ** 32, 7);
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
