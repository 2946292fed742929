import * as path from 'path';
import * as fc from 'fast-check';
import { matchRoute } from '../../src/local/route';
import { runTool, toolEnvironment } from '../../src/private/process';
import { fastApiPython } from '../support/fastapi-python';

/** Starlette's own choice: for each set of routes and each path the index of the route that takes it. */
const STARLETTE = `
import json, sys
from starlette.routing import Match, Route

async def endpoint(request): ...

answers = []
for routes, paths in json.load(sys.stdin):
    made = [Route(path.replace("+}", ":path}"), endpoint, methods=["GET"]) for path in routes]
    row = []
    for path in paths:
        scope = {"type": "http", "method": "GET", "path": path, "root_path": ""}
        row.append(next((index for index, route in enumerate(made) if route.matches(scope)[0] is Match.FULL), None))
    answers.append(row)
json.dump(answers, sys.stdout)
`;

const part = fc.constantFrom('a', 'b', '{x}', '{y}');
const route = fc.tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([parts, greedy]) => `/${[...distinct(parts), ...(greedy ? ['{rest+}'] : [])].join('/')}`);
const paths = fc.array(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`), { minLength: 1, maxLength: 8 });

test('API Gateway takes what Starlette takes, and the same route where the declared order is that of precedence', () => {
  const cases = fc.sample(fc.tuple(fc.uniqueArray(route, { minLength: 1, maxLength: 6, selector: shape }), paths), 400)
    .map(([routes, asked]) => [byPrecedence(routes), asked] as const);
  const said = runTool([fastApiPython(), '-c', STARLETTE], { cwd: path.sep, env: toolEnvironment(), what: 'ask Starlette', input: JSON.stringify(cases) });
  const answers = JSON.parse(said) as (number | null)[][];
  for (const [index, [routes, asked]] of cases.entries()) {
    const known = routes.map((each) => ({ method: 'GET', path: each }));
    for (const [number, one] of asked.entries()) {
      const expected = answers[index][number];
      expect([routes, one, matchRoute(known, 'GET', one)?.route.path]).toEqual([routes, one, expected === null ? undefined : routes[expected]]);
    }
  }
});

/** One route may not name two parameters alike. */
function distinct(parts: readonly string[]): string[] {
  return parts.map((each, index) => (each.startsWith('{') ? `{p${index}}` : each));
}

/** Routes of one shape are one route to API Gateway. */
function shape(text: string): string {
  return text.replace(/\{[^}+]+(\+?)\}/g, '{$1}');
}

/** The order in which API Gateway would try them, which the linter asks an app to declare them in. */
function byPrecedence(routes: readonly string[]): string[] {
  const rank = (text: string) => text.split('/').slice(1).map((each) => (each.endsWith('+}') ? '2' : each.startsWith('{') ? '1' : '0')).join('');
  return [...routes].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}
