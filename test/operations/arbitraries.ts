import * as fc from 'fast-check';

const word = fc.constantFrom('items', 'users', 'x', 'y', 'constructor');
const parameter = fc.constantFrom('{id}', '{item_id}', '{slug}', '{p}');

/** Paths that API Gateway can hold but for greedy parameters in the middle. */
export const plainPaths = fc.tuple(
  fc.array(fc.oneof({ weight: 2, arbitrary: word }, parameter), { maxLength: 5 }),
  fc.constantFrom('', '/', '/{rest+}'),
).map(([segments, end]) => `/${segments.join('/')}${segments.length === 0 ? end.replace(/^\//, '') : end}`);

/** Paths of any kind. */
export const paths = fc.oneof(
  plainPaths,
  fc.array(fc.oneof(word, parameter, fc.constantFrom('', '{p+}', '{a}.{b}', 'v{n}', 'a b', '%20', '%2F', '~', 'é', '{', '}', '?', '*', '$', '${x}')), { maxLength: 5 })
    .map((segments) => `/${segments.join('/')}`),
);

/** Lines such as `GET /items/{id}`, each once. */
export function operationLines(path: fc.Arbitrary<string> = paths): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.tuple(fc.constantFrom('GET', 'PUT', 'POST', 'HEAD', 'TRACE'), path).map((pair) => pair.join(' ')), { maxLength: 14 });
}
