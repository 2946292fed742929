/**
 * Prints what becomes of every document of the corpus, as Markdown:
 * `npx ts-node -P tsconfig.dev.json scripts/corpus-table.ts > decisions/corpus.md`
 *
 * The corpus is looked for in `CORPUS_DIR`, else in `../shared/corpus`.
 */
import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { parseDocument } from '../src/openapi/document';
import type { Issue } from '../src/openapi/issue';
import { Operations } from '../src/operations/operations';
import { FastApiError } from '../src/private/errors';

const directory = process.env.CORPUS_DIR ?? join(__dirname, '..', '..', 'shared', 'corpus');
if (!existsSync(join(directory, 'docs'))) {
  process.stderr.write(`no corpus in ${directory}; set CORPUS_DIR\n`);
  process.exit(1);
}

function rules(issues: readonly Issue[]): string {
  const counts = new Map<string, number>();
  for (const { rule } of issues) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].sort().map(([rule, count]) => `${rule} ${count}`).join(', ') || '–';
}

const rows: string[] = [];
const totals = { documents: 0, refusedDocuments: 0, operations: 0, rest: 0, http: 0 };
for (const file of readdirSync(join(directory, 'docs')).sort()) {
  const name = file.replace('.openapi.json.gz', '');
  totals.documents += 1;
  try {
    const document = parseDocument(gunzipSync(readFileSync(join(directory, 'docs', file))).toString('utf8'), name);
    const rest = Operations.fromDocument(document, { apiType: 'rest' });
    const http = Operations.fromDocument(document, { apiType: 'http' });
    for (const kind of ['rest', 'http'] as const) Operations.fromDocument(document, { apiType: kind, catchAll: true }).orThrow();
    const declared = rest.all.reduce((sum, operation) => sum + 1 + operation.aliases.length, 0);
    totals.operations += declared;
    totals.rest += rest.problems().length;
    totals.http += http.problems().length;
    const warnings = (set: Operations) => rules(set.issues.filter(({ severity }) => severity === 'warning'));
    rows.push([
      name, document.content.openapi, declared, rules(rest.problems()), rules(http.problems()), warnings(rest), warnings(http),
    ].join(' | '));
  } catch (error) {
    if (!FastApiError.isFastApiError(error)) throw error;
    totals.refusedDocuments += 1;
    rows.push(`${name} | – | – | refused: ${error.message.split('\n')[0]} | refused | – | –`);
  }
}

process.stdout.write(`# What becomes of real documents

Made by \`scripts/corpus-table.ts\`; not edited by hand. Every document but the refused ones passes with \`catchAll: true\` on
both kinds of API. Most documents were written without route facts, so their parameters with a \`:path\` converter count as
ordinary ones. Record 0013 says what the rules are.

${totals.documents} documents, ${totals.refusedDocuments} refused; ${totals.operations} operations, of which REST APIs refuse ${totals.rest} and HTTP APIs ${totals.http} without \`catchAll\`.

document | OpenAPI | operations | refused on REST | refused on HTTP | warnings on REST | warnings on HTTP
--- | --- | ---: | --- | --- | --- | ---
${rows.join('\n')}
`);
