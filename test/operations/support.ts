import { checkDocument, type OpenApiDocument } from '../../src/openapi/document';
import { Operations, type OperationsOptions } from '../../src/operations/operations';

const ANSWER = { responses: { 200: { description: 'OK' } } };

/** A document from lines such as `GET /items/{id}`; what the lines map to is added to their operation objects. */
export function documentOf(operations: Record<string, object> | readonly string[], content: object = {}): OpenApiDocument {
  const entries = Array.isArray(operations) ? operations.map((line): [string, object] => [line, {}]) : Object.entries(operations);
  const paths: Record<string, Record<string, object>> = Object.create(null);
  for (const [line, operation] of entries) {
    const [method, ...rest] = line.split(' ');
    (paths[rest.join(' ')] ??= {})[method.toLowerCase()] = { ...ANSWER, ...operation };
  }
  return checkDocument({ openapi: '3.1.0', info: { title: 'T', version: '1' }, paths: { ...paths }, ...content }, 'doc');
}

/** The operations of such a document. */
export function setOf(
  operations: Record<string, object> | readonly string[], options: Partial<OperationsOptions> = {}, content: object = {},
): Operations {
  return Operations.fromDocument(documentOf(operations, content), { apiType: 'rest', ...options });
}

/** The operation object of a route function, its parameters with the `path` converter named. */
export function route(name: string, ...paths: string[]): object {
  return { 'x-cdk-fastapi': { name, module: 'app.main', converters: Object.fromEntries(paths.map((parameter) => [parameter, 'path'])) } };
}

/** An operation object whose given parameters take slashes. */
export function greedy(...parameters: string[]): object {
  return route('serve', ...parameters);
}

/** Operation objects of routes that the app has in this order, from lines such as `GET /items/{id:int}`. */
export function ordered(...lines: string[]): Record<string, object> {
  return Object.fromEntries(lines.map((line, order) => {
    const converters = Object.fromEntries([...line.matchAll(/\{(\w+):(\w+)\}/g)].map(([, name, kind]) => [name, kind]));
    return [line.replaceAll(/:\w+\}/g, '}'), { 'x-cdk-fastapi': { name: `route${order}`, converters, order } }];
  }));
}

/** An operation object with a converter of one parameter. */
export function converter(parameter: string, name: string): object {
  return { 'x-cdk-fastapi': { name: 'serve', converters: { [parameter]: name } } };
}
