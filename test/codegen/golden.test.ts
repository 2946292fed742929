import * as fs from 'node:fs';
import * as path from 'node:path';
import { CASES, GOLDEN, given, operationSet, textOf } from './support';
import { LANGUAGES, type LanguageName } from '../../src/codegen/language';
import { isGenerated, staleness } from '../../src/codegen/stale';
import { isUntouched } from '../../src/codegen/text';
import { operationKeys } from '../../src/operations/operation-keys';

const languages = Object.keys(LANGUAGES) as LanguageName[];

describe.each(languages)('%s', (language) => {
  test.each(CASES)('$options.name is the golden file', (each) => {
    const { text, file } = textOf(each, language);
    // `UPDATE_GOLDENS=1 npx jest test/codegen` writes them again; the difference is read before it is committed.
    if (process.env.UPDATE_GOLDENS) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
    expect(text).toBe(fs.readFileSync(file, 'utf8'));
  });

  test.each(CASES)('$options.name is the same each time, and knows itself', (each) => {
    const { text } = textOf(each, language);
    expect(textOf(each, language).text).toBe(text);
    expect(isUntouched(text)).toBe(true);
    expect(isUntouched(text.replace('\n\n', '\n'))).toBe(false);
    expect(isUntouched('// something else\n')).toBeUndefined();
    expect(isGenerated(text.replaceAll('\n', '\r\n'))).toBe(true);
    expect(text).not.toContain(process.cwd());
  });

  test.each(CASES)('the operations of $options.name are read again from its text', (each) => {
    const expected = [...operationKeys(operationSet(given(each.document), each.options))].map(([{ method, path: route }, key]) => [key, `${method} ${route}`]);
    expect([...LANGUAGES[language].operations(textOf(each, language).text)]).toEqual(expected);
  });

  test('a stale file says why', () => {
    const [each] = CASES;
    const { text } = textOf(each, language);
    const document = given(each.document) as { paths: Record<string, Record<string, { operationId: string }>> };
    const { operations } = LANGUAGES[language];
    const later = (change: () => void): string => {
      change();
      const set = operationSet(document, each.options);
      return LANGUAGES[language].write({
        name: 'MyApi',
        apiType: 'rest',
        app: { directory: 'x' },
        catchAll: false,
        operations: [...operationKeys(set)].map(([{ method, path: route }, key]) => ({ key, route: `${method} ${route}` })),
      }, 'MyApi').text;
    };
    expect(staleness(text, text, operations)).toBeUndefined();
    expect(staleness(text.replaceAll('\n', '\r\n'), text, operations)).toBeUndefined();
    expect(staleness('', text, operations)).toBe('it was not written by `cdk-fastapi generate`');
    expect(staleness(`${text}\n`, text, operations)).toBe('it was edited by hand');
    const other = later(() => { document.paths['/hello'].get.operationId = 'sayHello'; });
    expect(staleness(text, other, operations)).toMatch(/^summaries, the order/);
    const changed = later(() => {
      document.paths['/file/{name}'] = { get: document.paths['/files/{name}'].get, post: { ...document.paths['/files/{name}'].put, operationId: 'postFile' } };
      delete document.paths['/files/{name}'];
    });
    expect(staleness(text, changed, operations)).toBe(
      'operations have changed: `postFile` (POST /file/{name}, new), `uploadFile` (PUT /files/{name}, now gone), `getFile` (GET /files/{name}, now GET /file/{name})',
    );
  });
});

test('every golden file has its case', () => {
  const expected = CASES.flatMap((each) => languages.map((language) => textOf(each, language).file));
  const files = fs.readdirSync(GOLDEN, { recursive: true, withFileTypes: true }).filter((item) => item.isFile()).map((item) => path.join(item.parentPath, item.name));
  expect(files.filter((file) => /\.(ts|py|java)$/.test(file) && !file.includes('my_api' + path.sep)).sort()).toEqual(expected.sort());
});
