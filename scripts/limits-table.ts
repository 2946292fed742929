import * as fs from 'fs';
import * as path from 'path';
import { limitsTable, PACKING_LIMITS } from '../src/private/limits';

/** Writes the tables of limits into the pages about them: `npx ts-node -T -P tsconfig.dev.json scripts/limits-table.ts`. */
for (const [name, table] of [['limits', limitsTable()], ['packing', limitsTable(PACKING_LIMITS)]]) {
  const page = path.join(__dirname, `../docs/${name}.md`);
  const text = fs.readFileSync(page, 'utf8');
  fs.writeFileSync(page, text.replace(/(<!-- limits -->\n)[^]*?(<!-- \/limits -->)/, (_, start: string, end: string) => `${start}${table}\n${end}`));
}
