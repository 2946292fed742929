import * as fs from 'fs';
import * as path from 'path';
import { limitsTable } from '../src/private/limits';

/** Writes the table of limits into the page about them: `npx ts-node -T -P tsconfig.dev.json scripts/limits-table.ts`. */
const page = path.join(__dirname, '../docs/limits.md');
const text = fs.readFileSync(page, 'utf8');
fs.writeFileSync(page, text.replace(/(<!-- limits -->\n)[^]*?(<!-- \/limits -->)/, (_, start: string, end: string) => `${start}${limitsTable()}\n${end}`));
