import * as fs from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '../..');

/** The ids that the code gives to warnings, information and issues of a document. */
function idsInCode(): string[] {
  const files = fs.readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const code = files.map((name) => fs.readFileSync(path.join(ROOT, 'src', name), 'utf8')).join('\n');
  const found = [
    ...code.matchAll(/add(?:Warning|Info)V2\(\s*'(cdk-fastapi:[A-Za-z]+)'/g), ...code.matchAll(/\bwarn\('([a-z-]+)'/g),
    // Both branches, where a rule is chosen.
    ...code.matchAll(/\brule: (?:[^,\n]*\? )?'([a-z-]+)'/g), ...code.matchAll(/\brule: [^,\n]* : '([a-z-]+)'/g),
  ];
  return [...new Set(found.map(([, id]) => id))].sort();
}

test('the page about messages has every id of the code, and no other', () => {
  const page = fs.readFileSync(path.join(ROOT, 'docs/messages.md'), 'utf8');
  const ids = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, id]) => id).sort();
  expect(ids).toEqual(idsInCode());
});
