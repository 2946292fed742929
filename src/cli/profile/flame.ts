import type { Span } from './start-profile';

const WIDTH = 1200;
const ROW = 18;
const TOP = 52;
const DEPTH = 24;

/** Narrower spans than this share are left out: nobody sees them. */
const LEAST = 0.0008;

const COLOURS: Record<Span['kind'], string> = {
  start: '#e2e8f0', import: '#fdba74', model: '#a7f3d0', routes: '#c4b5fd', client: '#fca5a5', lifespan: '#93c5fd', preparation: '#ddd6fe', request: '#86efac',
};

/**
 * A flame picture of a start: what is below a bar happened within it, and its width is milliseconds of the processor.
 * Names come from the app and its packages, and stay text.
 */
export function flamePicture(title: string, start: Span): string {
  const bars: string[] = [];
  const whole = Math.max(start.cpu, 1e-6);
  let deepest = 0;
  const draw = (span: Span, began: number, depth: number): void => {
    const share = span.cpu / whole;
    if (share < LEAST || depth > DEPTH) return;
    deepest = Math.max(deepest, depth);
    const x = 10 + began * (WIDTH - 20);
    const width = share * (WIDTH - 20);
    const y = TOP + depth * ROW;
    const said = `${span.name}: ${span.cpu.toFixed(1)} ms`;
    const letters = Math.floor((width - 6) / 6.8);
    bars.push(`<g><title>${escaped(`${span.kind} ${said}, ${span.ms.toFixed(1)} ms of the clock`)}</title>`
      + `<rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(width - 0.5, 0.5).toFixed(1)}" height="${ROW - 1}" fill="${COLOURS[span.kind]}"/>`
      + (letters < 3 ? '' : `<text x="${(x + 3).toFixed(1)}" y="${y + 13}">${escaped(said.length > letters ? said.slice(0, letters) : said)}</text>`) + '</g>');
    let next = began;
    for (const inner of span.inside) {
      draw(inner, next, depth + 1);
      next += inner.cpu / whole;
    }
  };
  draw(start, 0, 0);
  const height = TOP + (deepest + 1) * ROW + 14;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escaped(title)}</title>`,
    '<style>text { font: 11px monospace; fill: #1f2937 } .head { font: bold 14px sans-serif } .small { font: 12px sans-serif }</style>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="10" y="22" class="head">${escaped(title)}</text>`,
    ...legend(),
    ...bars,
    '</svg>',
    '',
  ].join('\n');
}

function legend(): string[] {
  return Object.entries(COLOURS).filter(([kind]) => kind !== 'start').map(([kind, colour], index) => (
    `<rect x="${10 + index * 100}" y="32" width="10" height="10" fill="${colour}"/><text x="${24 + index * 100}" y="41" class="small">${kind}</text>`
  ));
}

/** Text of strangers in XML; characters that XML has no way to write are left out. */
function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
