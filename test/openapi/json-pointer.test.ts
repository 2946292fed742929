import * as fc from 'fast-check';
import { fragmentOf, pointerOf, pointerTokens, resolveReference } from '../../src/openapi/json-pointer';
import { FastApiError } from '../../src/private/errors';

test.each([
  ['', []],
  ['/', ['']],
  ['/a/b', ['a', 'b']],
  ['/a~1b', ['a/b']],
  ['/~01', ['~1']],
  ['/~0~1', ['~/']],
  ['/paths/~1items~1{id}/get', ['paths', '/items/{id}', 'get']],
])('the tokens of %j are %j', (pointer, tokens) => {
  expect(pointerTokens(pointer)).toEqual(tokens);
  expect(pointerOf(tokens)).toBe(pointer);
});

test('tokens survive the way to a pointer and back', () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: fc.constantFrom('~', '/', '0', '1', 'a', '%', '') })), (tokens) => {
    expect(pointerTokens(pointerOf(tokens))).toEqual(tokens);
  }));
});

test('what a fragment names is found again, whatever the member is called', () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 }), (tokens) => {
    const root = tokens.reduceRight<unknown>((value, token) => Object.fromEntries([[token, value]]), 'found');
    expect(resolveReference(root, fragmentOf(tokens), 'doc')).toBe('found');
  }));
});

describe('a reference', () => {
  const root = {
    a: { 'b c': 1, 'list': ['x', 'y'] },
    chain: { $ref: '#/a/b%20c' },
    self: { $ref: '#/self' },
    ping: { $ref: '#/pong' },
    pong: { $ref: '#/ping' },
  };

  test.each([
    ['#/a/b%20c', 1],
    ['#/a/list/1', 'y'],
    ['#/chain', 1],
    ['#', root],
  ])('%s is followed', (reference, value) => expect(resolveReference(root, reference, 'doc')).toEqual(value));

  test.each([
    ['#/a/list/2', 'points to nothing'],
    ['#/a/list/01', 'points to nothing'],
    ['#/a/list/length', 'points to nothing'],
    ['#/a/constructor', 'points to nothing'],
    ['#/__proto__', 'points to nothing'],
    ['#/self', 'points to itself'],
    ['#/ping', 'points to itself'],
    ['#anchor', 'must be a JSON Pointer'],
    ['#/%zz', 'is not percent-encoded correctly'],
    ['other.json#/a', 'points to another file'],
  ])('%s is refused: it %s', (reference, why) => {
    expect(() => resolveReference(root, reference, 'doc')).toThrow(FastApiError);
    expect(() => resolveReference(root, reference, 'doc')).toThrow(`\`$ref\` of doc ${why}, got: `);
  });
});
