import * as fc from 'fast-check';
import { LAMBDA_PYTHONS } from '../../src/python/lambda-pythons';
import { allowsPython, poetryPython } from '../../src/python/python-specifier';

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
