import * as fs from 'node:fs';
import * as path from 'node:path';
import { CORPUS, corpusSet, operationSet } from './support';
import { generate } from '../../src/codegen/generate';
import { LANGUAGES, type LanguageName } from '../../src/codegen/language';
import { operationKeys } from '../../src/operations/operation-keys';
import { runTool, toolEnvironment } from '../../src/private/process';
import { findInterpreters } from '../../src/python/interpreters';
import { TemporaryProject } from '../support/temporary-project';
import { problems, program } from '../typed/compiler';

const kinds = ['rest', 'http'] as const;

(CORPUS.length > 0 ? describe : describe.skip)('real documents (the corpus beside the project)', () => {
  let project: TemporaryProject;
  beforeAll(() => {
    project = new TemporaryProject();
  });
  afterAll(() => project.remove());

  /** Every document for both kinds; with a catch-all route where it cannot do without. */
  function write(language: LanguageName): string[] {
    return CORPUS.flatMap((document, index) => kinds.map((apiType) => {
      const plain = corpusSet(document, apiType, false);
      const catchAll = plain.problems().length > 0;
      const set = catchAll ? corpusSet(document, apiType, true) : plain;
      const out = path.join(project.root, `${apiType}_${index}${LANGUAGES[language].ending}`);
      const { text } = generate(set, { name: `Api${index}${apiType}`, apiType, language, catchAll, out, entry: project.root });
      expect([...LANGUAGES[language].operations(text).keys()]).toEqual([...operationKeys(set).values()]);
      fs.writeFileSync(out, text);
      return out;
    }));
  }

  test('typed constructs compile, all in one program', () => {
    const files = write('typescript');
    expect(files.length).toBe(2 * CORPUS.length);
    // Where the compiler finds the CDK, as in a user's project.
    fs.symlinkSync(path.resolve('node_modules'), path.join(project.root, 'node_modules'), 'junction');
    expect(problems(program(files))).toEqual([]);
  });

  const [python] = findInterpreters();
  (python ? test : test.skip)('Python reads them, and finds each operation', () => {
    const files = write('python');
    const script = `
import ast, sys
for file in sys.argv[1:]:
    tree = ast.parse(open(file, encoding="utf-8").read(), file)
    [operations] = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.endswith("Operations")]
    names = [node.target.id for node in operations.body if isinstance(node, ast.AnnAssign)]
    assert len(names) == len(set(names))
    print(len(names))
`;
    const counts = runTool([python.path, '-I', '-c', script, ...files], { cwd: project.root, env: toolEnvironment(), what: 'read the generated files' });
    const expected = files.map((file) => LANGUAGES.python.operations(fs.readFileSync(file, 'utf8')).size);
    expect(counts.trim().split('\n').map(Number)).toEqual(expected);
    expect(Math.max(...expected)).toBeGreaterThan(400);
  });

  test('Java has its own file for each, with constants and methods of distinct names', () => {
    for (const file of write('java')) {
      const text = fs.readFileSync(file, 'utf8');
      const constants = [...text.matchAll(/^ {8}(\S+)\("/gm)].map(([, name]) => name);
      const methods = [...text.matchAll(/^ {8}default T (\S+)\(\)/gm)].map(([, name]) => name);
      expect(new Set(constants).size).toBe(constants.length);
      expect(new Set(methods).size).toBe(constants.length);
      expect(constants.length).toBe(LANGUAGES.java.operations(text).size);
    }
  });

  test('the keys of integrations do not depend on a catch-all route, which a builder reckons with', () => {
    for (const document of CORPUS) {
      for (const apiType of kinds) {
        const withRoute = new Set(operationKeys(corpusSet(document, apiType, true)).values());
        const without = [...operationKeys(corpusSet(document, apiType, false)).values()];
        expect({ document, missing: without.filter((key) => !withRoute.has(key)) }).toEqual({ document, missing: [] });
      }
    }
  });
});

test('operations that are deployed as one keep the key that they have apart', () => {
  const read = (route: string, name: string, converters?: Record<string, string>) => ({
    get: {
      'operationId': 'read',
      'tags': ['t'],
      'responses': { 200: { description: 'OK' } },
      'parameters': [{ name, in: 'path', required: true, schema: { type: 'string' } }],
      'x-cdk-fastapi': { name: 'read', path: route, ...converters && { converters } },
    },
  });
  const document = { openapi: '3.1.0', info: { title: 'x', version: '1' }, paths: { '/{x}': read('/{x}', 'x'), '/{p}': read('/{p:path}', 'p', { p: 'path' }) } };
  const keys = (catchAll: boolean) => [...operationKeys(operationSet(document, { apiType: 'rest', catchAll })).values()];
  expect(keys(true)).toEqual(['t.read.get /{x}', 't.read.get /{p}']);
  expect(keys(false)).toEqual(['t.read.get /{p}']);
});
