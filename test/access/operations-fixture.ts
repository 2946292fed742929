import { checkDocument } from '../../src/openapi/document';
import type { ApiType } from '../../src/operations/api-type';
import type { Operation } from '../../src/operations/operation';
import { Operations } from '../../src/operations/operations';

/** Operations of a document: name to `METHOD /path`, or to that and the operation's security. */
export function operationSet(
  operations: Record<string, string | { route: string; security: object[] }>, kind: ApiType = 'rest', facts?: object,
): Operations {
  const paths: Record<string, Record<string, object>> = {};
  for (const [operationId, entry] of Object.entries(operations)) {
    const { route, security } = typeof entry === 'string' ? { route: entry, security: undefined } : entry;
    const [method, path] = route.split(' ');
    const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
    (paths[path] ??= {})[method.toLowerCase()] = { operationId, parameters, responses: { 200: { description: 'OK' } }, ...(security && { security }) };
  }
  const document = {
    openapi: '3.1.0',
    info: { title: 'Test', version: '1' },
    paths,
    ...facts && { 'x-cdk-fastapi': facts },
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  };
  return Operations.fromDocument(checkDocument(document, 'test.json'), { apiType: kind, catchAll: facts !== undefined }).orThrow();
}

/** What an API asks of its operations: IAM, but for the named ones; `*` names all others. */
export function authorizationTypes(others: Record<string, string> = {}): (operation: Operation) => string {
  const types = new Map(Object.entries(others));
  return (operation) => types.get(operation.name) ?? types.get('*') ?? 'AWS_IAM';
}
