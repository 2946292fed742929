import * as fc from 'fast-check';
import { TemplateGraph } from '../../src/api/template-graph';
import type { Json } from '../../src/private/json';

/** A template in which each resource needs others: by a reference, or by `DependsOn` where the name begins with `!`. */
function graph(needs: Record<string, readonly string[]>): TemplateGraph {
  const resource = (others: readonly string[]): Json => ({
    Properties: { uses: others.filter((other) => !other.startsWith('!')).map((other) => ({ 'Fn::GetAtt': [other, 'Arn'] })) },
    DependsOn: others.filter((other) => other.startsWith('!')).map((other) => other.slice(1)),
  });
  return new TemplateGraph({ Resources: Object.fromEntries(Object.entries(needs).map(([id, others]) => [id, resource(others)])) });
}

test.each<[string, Record<string, readonly string[]>, string[] | undefined]>([
  ['none', { A: ['B', 'C'], B: ['C'], C: [] }, undefined],
  ['itself', { A: ['A'] }, ['A']],
  ['two, by reference and by order', { A: ['B'], B: ['!A'] }, ['A', 'B']],
  ['behind the start, which is not in it', { A: ['B'], B: ['C'], C: ['B'] }, ['B', 'C']],
  ['what is no resource, such as a parameter', { A: ['Parameter'] }, undefined],
])('a circle is found: %s', (_, needs, circle) => expect(graph(needs).circleFrom(['A'])).toEqual(circle));

test('a circle that no start leads to is left alone, and a template without resources has none', () => {
  expect(graph({ A: [], B: ['C'], C: ['B'] }).circleFrom(['A'])).toBeUndefined();
  expect(new TemplateGraph({}).circleFrom(['A'])).toBeUndefined();
});

test('two thousand resources in a row need no stack of calls', () => {
  const row = Array.from({ length: 2_000 }, (__, index): [string, string[]] => [`R${index}`, [`R${index + 1}`]]);
  expect(graph(Object.fromEntries(row)).circleFrom(['R0'])).toBeUndefined();
  expect(graph(Object.fromEntries([...row, ['R2000', ['R1999']]])).circleFrom(['R0'])).toEqual(['R1999', 'R2000']);
});

test('a circle is one, and is found exactly where a resource can be reached from itself', () => {
  const ids = ['A', 'B', 'C', 'D', 'E'];
  const template = fc.record(Object.fromEntries(ids.map((id) => [id, fc.subarray(ids)])));
  fc.assert(fc.property(template, (needs: Record<string, string[]>) => {
    const circle = graph(needs).circleFrom(ids);
    const reached = (from: string): Set<string> => {
      const seen = new Set<string>();
      const visit = (id: string): void => needs[id].forEach((next) => {
        if (seen.has(next)) return;
        seen.add(next);
        visit(next);
      });
      visit(from);
      return seen;
    };
    expect(circle !== undefined).toBe(ids.some((id) => reached(id).has(id)));
    circle?.forEach((id, index) => expect(needs[id]).toContain(circle[(index + 1) % circle.length]));
  }));
});

test('who refers to ids, and which parameters of a nested stack come from a resource', () => {
  const nested = new TemplateGraph({
    Resources: {
      Nested: { Properties: { Parameters: { one: { Ref: 'Api' }, two: { 'Fn::Sub': '${Api.Arn}/x' }, three: 'Api' } } },
      Topic: { DependsOn: 'Api' },
      Api: {},
    },
  });
  expect(nested.parametersFrom('Nested', 'Api')).toEqual(['one', 'two']);
  expect(nested.referringTo(['Api'])).toEqual(['Nested', 'Topic']);
});
