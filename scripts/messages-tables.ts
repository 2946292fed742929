import * as fs from 'fs';
import * as path from 'path';
import { messageTables } from '../src/private/messages';

/** Writes the tables of messages into the page about them: `npx ts-node -T -P tsconfig.dev.json scripts/messages-tables.ts`. */
const page = path.join(__dirname, '../docs/messages.md');
const text = Object.entries(messageTables()).reduce((before, [name, table]) => (
  before.replace(new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`), (_, start: string, end: string) => `${start}${table}\n${end}`)
), fs.readFileSync(page, 'utf8'));
fs.writeFileSync(page, text);
