import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as fc from 'fast-check';
import { rendered } from './fixture';
import { refuseAcrossRoutes } from '../../src/api/route-refusals';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { HttpApiAuth } from '../../src/http-api/auth';
import { FastApiHttpApi } from '../../src/http-api/fast-api-http-api';
import type { Operation } from '../../src/operations/operation';
import { RestApiAuth } from '../../src/rest-api/auth';
import { FastApiRestApi } from '../../src/rest-api/fast-api-rest-api';
import { renderedHttp } from '../http-api/fixture';
import { fastApiApp, type Row, stack as newStack } from '../integrations/fixture';
import { pythonFunction } from '../rest-api/body/everything';
import type { Value } from '../rest-api/body/native-view';

const ROWS: Row[] = [
  ['get', '/items/{item_id}', 'readItem'],
  ['get', '/items/{item_id}/secret', 'readSecret'],
  ['post', '/items', 'createItem'],
  ['options', '/items', 'describeItems'],
  ['get', '/health', 'health'],
];
const VARIABLE = 'CDK_FASTAPI_ROUTE_REFUSALS';
const { ISOLATED, SHARED } = IntegrationPattern;

/** What each function refuses, by the beginning of its logical id. */
function refusals(functions: Record<string, Value>): Record<string, string> {
  return Object.fromEntries(Object.entries(functions)
    .map(([id, { Properties: properties }]) => [id.replace(/^MyApiFunctions|[0-9A-F]{8}$/g, ''), properties.Environment?.Variables[VARIABLE]])
    .filter(([, value]) => value !== undefined));
}

/** The same integrations with options of their own routes. */
function withOptions<I extends { readonly options?: object }>(integrations: Record<string, I>, options: Record<string, I['options']>): Record<string, I> {
  return Object.fromEntries(Object.entries(integrations).map(([name, integration]) => [name, { ...integration, options: options[name] }]));
}

function http(pattern: IntegrationPattern, auth: HttpApiAuth, catchAll: boolean, authorizers: Record<string, apigatewayv2.IHttpRouteAuthorizer> = {}): Record<string, string> {
  const stack = newStack();
  const app = fastApiApp(ROWS);
  const options = Object.fromEntries(Object.entries(authorizers).map(([name, authorizer]) => [name, { authorizer }]));
  const integrations = withOptions(FastApiHttpApi.defaultIntegrations(stack, app, { pattern }).toIntegrations(), options);
  new FastApiHttpApi(stack, 'MyApi', { app, auth, catchAll, integrations });
  return refusals(renderedHttp(stack).template.findResources('AWS::Lambda::Function'));
}

function rest(pattern: IntegrationPattern, auth: RestApiAuth, catchAll: boolean, options: Record<string, apigateway.MethodOptions> = {}): Record<string, string> {
  const stack = newStack();
  const app = fastApiApp(ROWS);
  const integrations = withOptions(FastApiRestApi.defaultIntegrations(stack, app, { pattern }).toIntegrations(), options);
  new FastApiRestApi(stack, 'MyApi', { app, auth, catchAll, integrations });
  return refusals(rendered(stack).template.findResources('AWS::Lambda::Function'));
}

const SECRET = 'GET /items/{item_id}/secret';
const PUBLIC = { authorizationType: apigateway.AuthorizationType.NONE };
const IAM = { authorizationType: apigateway.AuthorizationType.IAM };

describe('the functions of an HTTP API', () => {
  test('refuse nothing where all routes ask for the same', () => {
    expect(http(SHARED, HttpApiAuth.iam(), false)).toEqual({});
    expect(http(SHARED, HttpApiAuth.none(), true)).toEqual({});
  });

  test.each([[SHARED, 'Router'], [ISOLATED, 'CatchAll']])('keep protected operations from a public catch-all (%s)', (pattern, holder) => {
    const jwt = new HttpJwtAuthorizer('Jwt', 'https://issuer.example', { jwtAudience: ['a'] });
    expect(http(pattern, HttpApiAuth.none(), true, { readSecret: new HttpIamAuthorizer(), createItem: jwt }))
      .toEqual({ [holder]: expect.stringContaining(`$default\t${SECRET}\tPOST /items`) });
  });

  test('keep a protected OPTIONS operation from the public preflight routes', () => {
    expect(http(SHARED, HttpApiAuth.iam(), true)).toEqual({ Router: '/{proxy+}\tOPTIONS /items' });
  });

  test('keep from the callers of a public route what its parameter leads to, in the shared pattern', () => {
    expect(http(SHARED, HttpApiAuth.iam(), false, { readItem: new apigatewayv2.HttpNoneAuthorizer() })).toEqual({ Router: `/items/{item_id}\t${SECRET}` });
    expect(http(ISOLATED, HttpApiAuth.iam(), false, { readItem: new apigatewayv2.HttpNoneAuthorizer() })).toEqual({});
  });
});

describe('the functions of a REST API', () => {
  test.each([[SHARED, 'Router'], [ISOLATED, 'CatchAll']])('keep protected operations from a public catch-all (%s)', (pattern, holder) => {
    expect(rest(pattern, RestApiAuth.none(), true, { readSecret: IAM })[holder]).toBe(pattern === SHARED ? `/items/{item_id}\t${SECRET}\n/{proxy+}\t${SECRET}` : `/{proxy+}\t${SECRET}`);
  });

  test('keep an operation that wants an API key from a route that does not', () => {
    expect(rest(SHARED, RestApiAuth.none(), false, { readSecret: { apiKeyRequired: true } })).toEqual({ Router: `/items/{item_id}\t${SECRET}` });
  });

  test('refuse nothing where only some are public that no parameter leads on from', () => {
    expect(rest(SHARED, RestApiAuth.iam(), false, { health: PUBLIC })).toEqual({});
  });
});

/** An operation of a path, as far as refusals look at it. */
function operation(path: string): Operation {
  return { method: 'GET', path, routePath: path, guard: `GET ${path}`, guards: [`GET ${path}`] } as Partial<Operation> as Operation;
}

/** The variable of a function whose only route is public. */
function variable(route: string, paths: readonly string[]): string | undefined {
  const handler = pythonFunction(newStack(), 'Handler');
  const access = new Map(paths.map((path) => [operation(path), { authorization: 'IAM', isPublic: false }]));
  refuseAcrossRoutes([{ path: route, method: 'GET', access: { authorization: 'NONE', isPublic: true }, handler, guards: [] }], access);
  return handler.stack.resolve((handler.node.defaultChild as Value).environment)?.variables?.[VARIABLE];
}

test('a long list is written as digests, and one that no environment holds is an error', () => {
  const paths = (count: number) => Array.from({ length: count }, (_, index) => `/resources/{id}/number/${index}`);
  expect(variable('$default', paths(5))).toContain('GET /resources/{id}/number/4');
  expect(variable('$default', paths(100))).toMatch(/^\$default(\t#[0-9a-f]{8}){100}$/);
  expect(() => variable('$default', paths(400))).toThrow(/Stack\/Handler must refuse so many operations .* got: \d+ characters of 3000; give the operations the authorization of the API/);
});

test('whatever one text can be a request to is found, as a search over all texts finds it', () => {
  const path = fc.array(fc.constantFrom('a', 'b', '{x}', '/'), { maxLength: 5 }).map((parts) => `/${parts.join('')}`);
  const texts = [''];
  for (let index = 0; texts.length < 1500; index++) texts.push(...['a', 'b', '/'].map((letter) => texts[index] + letter));
  const fits = (pattern: string) => new RegExp(`^${pattern.replaceAll('{x}', '.*')}$`);
  fc.assert(fc.property(path, path, (route, protectedPath) => {
    fc.pre(route !== protectedPath);
    const [one, other] = [fits(route), fits(protectedPath)];
    const both = texts.some((text) => one.test(`/${text}`) && other.test(`/${text}`));
    // Texts of the search are short: what it does not find may still be there.
    if (both) expect(variable(route, [protectedPath])).toBe(`${route}\tGET ${protectedPath}`);
    else if (!route.includes('{') || !protectedPath.includes('{')) expect(variable(route, [protectedPath])).toBeUndefined();
  }), { numRuns: 150 });
});
