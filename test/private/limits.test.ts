import * as fs from 'fs';
import * as path from 'path';
import { type Limit, LIMITS, limitsTable, PACKING_LIMITS } from '../../src/private/limits';

test.each([['limits', limitsTable()], ['packing', limitsTable(PACKING_LIMITS)]])('the page about %s has the table that the code makes: run scripts/limits-table.ts', (name, table) => {
  const page = fs.readFileSync(path.join(__dirname, `../../docs/${name}.md`), 'utf8');
  expect(/<!-- limits -->\n([^]*?)\n<!-- \/limits -->/.exec(page)?.[1]).toBe(table);
});

test.each(Object.entries<Limit>(LIMITS))('%s: we stop at or before AWS, and say where AWS says so', (_, { aws, ours, source, action }) => {
  expect(ours).toBeLessThanOrEqual(aws);
  expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
  expect(action).not.toMatch(/\.$/);
});
