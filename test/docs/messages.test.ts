import * as fs from 'fs';
import * as path from 'path';
import { ANNOTATIONS, messageTables, RULES } from '../../src/private/messages';

const ROOT = path.join(__dirname, '../..');
const PAGE = fs.readFileSync(path.join(ROOT, 'docs/messages.md'), 'utf8');
const MESSAGES = path.join('private', 'messages.ts');

/** The code but for the table of messages. */
const CODE = fs.readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && name !== MESSAGES)
  .map((name) => fs.readFileSync(path.join(ROOT, 'src', name), 'utf8')).join('\n');

test.each(Object.entries(messageTables()))('the page about messages has the table of %s that the code makes: run scripts/messages-tables.ts', (name, table) => {
  expect(new RegExp(`<!-- ${name} -->\\n([^]*?)\\n<!-- /${name} -->`).exec(PAGE)?.[1]).toBe(table);
});

test.each([...Object.keys(RULES), ...Object.keys(ANNOTATIONS)])('%s is said somewhere', (id) => expect(CODE).toContain(`'${id}'`));

test('no warning goes past the table', () => expect(CODE).not.toMatch(/add(Warning|Info)(V2)?\(\s*[`'"]/));
