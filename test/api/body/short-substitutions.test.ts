import * as fc from 'fast-check';
import { shortSubstitutions } from '../../../src/api/body/short-substitutions';
import type { Json } from '../../../src/private/json';
import type { Value } from '../../rest-api/body/native-view';

/** What CloudFormation makes of `Fn::Sub` and of `Fn::Join` with an empty delimiter, for made-up values. */
function evaluate(value: Value): string {
  if (typeof value === 'string') return value;
  if (value.Ref !== undefined) return `value of ${value.Ref}`;
  if (value['Fn::GetAtt'] !== undefined) return `value of ${value['Fn::GetAtt'].join('.')}`;
  if (value['Fn::Join'] !== undefined) return value['Fn::Join'][1].map(evaluate).join('');
  return value['Fn::Sub'].replace(/\$\{([^}]*)\}/g, (_: string, name: string) => name.startsWith('!') ? `\${${name.slice(1)}}` : `value of ${name}`);
}

const logicalId = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/);
const literal = fc.string({ unit: fc.constantFrom('$', '{', '}', '!', 'a', '/'), maxLength: 8 });
const part = fc.oneof(literal, logicalId.map((id) => ({ Ref: id })), fc.tuple(logicalId, logicalId).map((names) => ({ 'Fn::GetAtt': names })));

test('a substitution gives the text that the join gives', () => {
  fc.assert(fc.property(fc.array(part, { minLength: 1 }), (parts) => {
    const join = { 'Fn::Join': ['', parts as Json] };
    expect(evaluate(shortSubstitutions(join))).toBe(evaluate(join));
  }), { numRuns: 2000 });
});

test.each<[string, Json]>([
  ['a delimiter', { 'Fn::Join': [',', ['a', { Ref: 'B' }]] }],
  ['a part that is a function', { 'Fn::Join': ['', ['a', { 'Fn::Select': [0, { Ref: 'B' }] }]] }],
  ['parts that are one value', { 'Fn::Join': ['', { Ref: 'B' }] }],
])('a join with %s stays', (_what, join) => expect(shortSubstitutions(join)).toEqual(join));

test('a substitution is found at any depth', () => {
  expect(shortSubstitutions({ a: [{ 'Fn::Join': ['', ['x', { Ref: 'B' }, '${stageVariables.c}', { 'Fn::GetAtt': ['D', 'Outputs.E'] }]] }] }))
    .toEqual({ a: [{ 'Fn::Sub': 'x${B}${!stageVariables.c}${D.Outputs.E}' }] });
});
