import type { Compared } from './comparison';

/** The results as a table for a terminal. */
export function comparisonTable(results: readonly Compared[]): string {
  const rows = results.map((result) => [result.request, result.route, String(result.status), String(result.bytes), result.differences.length === 0 ? 'same' : 'DIFFERS']);
  const header = ['request', 'route', 'status', 'bytes', 'uvicorn'];
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]) => row.map((cell, column) => (column === 2 || column === 3 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  ').trimEnd();
  const table = [line(header), widths.map((width) => '-'.repeat(width)).join('  ')];
  for (const [index, row] of rows.entries()) {
    table.push(line(row), ...results[index].differences.map((difference) => `    ${difference}`));
  }
  return table.join('\n');
}
