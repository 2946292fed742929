import * as fc from 'fast-check';
import { runTool, toolEnvironment } from '../../src/private/process';
import { LAMBDA_PYTHONS } from '../../src/python/lambda-pythons';
import { allowsPython, poetryPython } from '../../src/python/python-specifier';
import { testPython } from '../support/projects';

const allowed = (specifier: string): string[] => LAMBDA_PYTHONS.filter((minor) => allowsPython(specifier, minor));

test.each<[string, string[]]>([
  ['', ['3.11', '3.12', '3.13', '3.14']],
  ['>=3.12', ['3.12', '3.13', '3.14']],
  ['>=3.12.4', ['3.12', '3.13', '3.14']],
  ['>3.12', ['3.12', '3.13', '3.14']],
  ['<3.13', ['3.11', '3.12']],
  ['<3.13.2', ['3.11', '3.12']],
  ['<=3.12', ['3.11']],
  ['>=3.11,<3.14', ['3.11', '3.12', '3.13']],
  [' >= 3.11 , != 3.12.* ', ['3.11', '3.13', '3.14']],
  ['!=3.12.1', ['3.11', '3.12', '3.13', '3.14']],
  ['==3.12.*', ['3.12']],
  ['==3.*', ['3.11', '3.12', '3.13', '3.14']],
  ['==3.12', ['3.12']],
  ['===3.12.4', ['3.12']],
  ['~=3.12', ['3.12', '3.13', '3.14']],
  ['~=3.12.1', ['3.12']],
  ['>=3', ['3.11', '3.12', '3.13', '3.14']],
  ['<4', ['3.11', '3.12', '3.13', '3.14']],
  ['>=3.14.0rc1', ['3.14']],
  ['<3', []],
])('%p allows %p', (specifier, want) => {
  expect(allowed(specifier)).toEqual(want);
});

test.each(['^3.12', '3.12', '>=three', '>=3.12 <3.14'])('%p is no specifier', (specifier) => {
  expect(() => allowsPython(specifier, '3.12')).toThrow(`\`requires-python\` must be made of version specifiers such as >=3.11,<3.14, got: ${specifier}`);
});

test('a minor version is inside its own bounds and outside those of its neighbours', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 }), (asked, bound) => {
    expect(allowsPython(`>=3.${bound}`, `3.${asked}`)).toBe(asked >= bound);
    expect(allowsPython(`<3.${bound}`, `3.${asked}`)).toBe(asked < bound);
    expect(allowsPython(`==3.${bound}.*`, `3.${asked}`)).toBe(asked === bound);
    expect(allowsPython(`!=3.${bound}.*`, `3.${asked}`)).toBe(asked !== bound);
  }));
});

test.each<[string | undefined, string | undefined, string[]]>([
  ['^3.9', '>=3.9,<4', ['3.11', '3.12', '3.13', '3.14']],
  ['^3.12', '>=3.12,<4', ['3.12', '3.13', '3.14']],
  ['~3.12', '>=3.12,<3.13', ['3.12']],
  ['~3.12.4', '>=3.12.4,<3.13', ['3.12']],
  ['~3', '>=3,<4', ['3.11', '3.12', '3.13', '3.14']],
  ['3.11.7', '==3.11.7', ['3.11']],
  ['3.12.*', '==3.12.*', ['3.12']],
  ['>=3.11, <3.13', '>=3.11,<3.13', ['3.11', '3.12']],
  ['*', undefined, ['3.11', '3.12', '3.13', '3.14']],
  ['~3.11 || ~3.13', undefined, ['3.11', '3.12', '3.13', '3.14']],
  [undefined, undefined, ['3.11', '3.12', '3.13', '3.14']],
])('what Poetry calls %s', (constraint, specifier, minors) => {
  expect(poetryPython(constraint)).toBe(specifier);
  expect(allowed(specifier ?? '')).toEqual(minors);
});

test('agrees with Python\'s own reading of specifiers, but for exact versions', () => {
  const versions = ['3', '3.12', '3.13', '3.13.0', '3.13.999', '3.13.1000', '3.13rc1', '3.13.0b2', '3.13.1.dev3', '3.13.0.post1', '4', '4.0', 'v3.13', '3.13-1', '3.13.0-rc.1', '0!3.13', '1!3', '3.13.5+local'];
  const specifiers = ['>=', '>', '<=', '<', '!=', '~='].flatMap((operator) => versions.map((version) => `${operator}${version}`))
    // Of `~=` with what is not in its normal form packaging compares the text.
    .filter((specifier) => !['~=v3.13', '~=3.13.0-rc.1'].includes(specifier))
    .concat(['==3.13.*', '!=3.13.*', '==3.*', '== 3.13.*', '>=3.11,!=3.12.*,<4', '>=3.11 , <3.13', '>=3.13.*', '<3.13.*', '>= 3.13 < 4', '=>3.13', '3.13', '~=3', '>', '>=3.13;', '>=3.x']);
  const code = [
    'import json, sys',
    'from pip._vendor.packaging.specifiers import InvalidSpecifier, SpecifierSet',
    'def ask(s):',
    '    try: return SpecifierSet(s).contains("3.13.999", prereleases=True)',
    '    except InvalidSpecifier: return None',
    'print(json.dumps([ask(s) for s in json.loads(sys.stdin.read())]))',
  ].join('\n');
  const said = JSON.parse(runTool([testPython().path, '-c', code], { cwd: __dirname, env: toolEnvironment(), what: 'ask packaging', input: JSON.stringify(specifiers) })) as (boolean | null)[];
  const ours = specifiers.map((specifier) => {
    try {
      return allowsPython(specifier, '3.13');
    } catch {
      return null;
    }
  });
  expect(specifiers.flatMap((specifier, index) => (ours[index] === said[index] ? [] : `${specifier}: ${ours[index]} instead of ${said[index]}`))).toEqual([]);
});
