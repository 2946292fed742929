import { Duration, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FastApiCorsOptions } from './cors-options';
import { CorsPolicy, DEFAULT_CORS_HEADERS } from './cors-policy';
import { ANY_ORIGIN, isLoopback, isOrigin } from './origin';
import type { OpenApiDocument } from '../openapi/document';
import { pathOperations } from '../openapi/path-operations';
import type { CorsFacts } from '../openapi/route-facts';
import { ROUTE_METHODS } from '../private/http-methods';
import { addInfo, addWarning } from '../private/messages';
import { printable } from '../private/printable';

/** The component that sets the CORS headers of a response: the app on a REST API, else the gateway. */
export type CorsDecider = 'app' | 'gateway';

/** Input of `corsOfApp`. */
export interface AppCorsSource {
  readonly document: OpenApiDocument;
  /** The user's `cors`, which overrides the app's own CORS. */
  readonly stated: FastApiCorsOptions | undefined;
  readonly decider: CorsDecider;
  readonly catchAll?: boolean;
}

/** Headers that browsers may send without permission. */
const ALWAYS = ['accept', 'accept-language', 'content-language', 'content-type'];

/**
 * The CORS policy of an API: the user's, else that of the app's own `CORSMiddleware`, else the default. Under uvicorn the
 * middleware answers preflight requests; deployed, API Gateway or the function URL answers them instead of the app.
 *
 * Differences from the middleware are reported at synth, after all calls of `restrictCorsTo`.
 */
export function corsOfApp(scope: Construct, { document, stated, decider, catchAll }: AppCorsSource): CorsPolicy | undefined {
  const { cors: facts, corsOfMounts } = document.facts;
  const policy = CorsPolicy.of(scope, stated ?? (facts && deployable(facts, document, decider)));
  if (policy === undefined || (facts === undefined && corsOfMounts.length === 0)) return policy;
  scope.node.addValidation({
    validate: () => {
      const mounts = catchAll ? corsOfMounts.map((path) => `the CORSMiddleware of what is mounted at ${path}, before which preflight requests are answered`) : [];
      tell(scope, policy, facts, [...facts ? differences(facts, policy, decider, stated !== undefined) : [], ...mounts], stated !== undefined);
      return [];
    },
  });
  return policy;
}

function tell(scope: Construct, policy: CorsPolicy, facts: CorsFacts | undefined, differ: readonly string[], stated: boolean): void {
  if (differ.length > 0) {
    const remedy = stated
      ? 'say the same in both: an app finds the origins of the API in the variable CDK_FASTAPI_CORS_ALLOW_ORIGINS, unless it is behind a function URL'
      : '`cors` of the construct says what is to be deployed in its place';
    addWarning(scope, 'appCors', printable(
      `the app's own CORSMiddleware differs from what is deployed, got: ${differ.join('; ')}; preflight requests do not reach the app; ${remedy}`, 2000,
    ));
  } else if (!stated && facts !== undefined && !isForDevelopment(facts)) {
    addInfo(scope, 'appCorsDeployed', printable(
      `\`cors\` is not set, so that CORS is what the app's own CORSMiddleware says, got: origins ${listed(policy.origins())}`
      + `${policy.allowCredentials ? ' with credentials' : ''}, headers ${listed(policy.allowHeaders)}`, 1000,
    ));
  }
}

/** The part of the middleware's policy that can be deployed; `undefined` if it allows no page, or only pages of this machine. */
function deployable(facts: CorsFacts, document: OpenApiDocument, decider: CorsDecider): FastApiCorsOptions | undefined {
  const any = facts.allowOrigins.includes(ANY_ORIGIN);
  const named = facts.allowOrigins.filter(isOrigin);
  if (!any && named.length === 0 && (facts.allowOriginRegex === undefined || isForDevelopment(facts))) return undefined;
  // Browsers refuse `*` with credentials, and a gateway cannot match a pattern.
  const allowOrigins = any || named.length === 0 ? [ANY_ORIGIN] : named;
  const allowCredentials = facts.allowCredentials && !allowOrigins.includes(ANY_ORIGIN);
  const methods = methodsOf(facts);
  return {
    allowOrigins,
    allowCredentials,
    allowHeaders: headersOf(facts, document, decider === 'app' && !allowCredentials),
    ...methods && { allowMethods: methods },
    exposeHeaders: names(facts.exposeHeaders, !allowCredentials),
    maxAge: Duration.seconds(Math.min(Math.max(facts.maxAge, 0), 86_400)),
  };
}

/** The allowed headers: the default ones, those of the middleware, and instead of `*` those that the app's document declares. */
function headersOf({ allowHeaders }: CorsFacts, document: OpenApiDocument, wildcard: boolean): string[] {
  const any = allowHeaders.includes('*');
  const own = any ? declaredHeaders(document) : names(allowHeaders, false).map((name) => name.toLowerCase()).filter((name) => !ALWAYS.includes(name));
  return [...any && wildcard ? ['*'] : [], ...new Set([...DEFAULT_CORS_HEADERS, ...own])];
}

function declaredHeaders(document: OpenApiDocument): string[] {
  const parameters = pathOperations(document).flatMap((each) => each.parameters).filter((parameter) => parameter.in === 'header');
  return names(parameters.map(({ name }) => String(name).toLowerCase()), false).sort();
}

function names(values: readonly string[], wildcard: boolean): string[] {
  return values.filter((name) => (wildcard && name === '*') || /^[A-Za-z0-9_-]+$/.test(name));
}

/** The allowed methods; `undefined` if the middleware allows every method that an operation can have. */
function methodsOf({ allowMethods }: CorsFacts): string[] | undefined {
  const operations = ROUTE_METHODS.filter((method) => method !== 'OPTIONS');
  if (allowMethods.includes('*') || operations.every((method) => allowMethods.includes(method))) return undefined;
  const known = operations.filter((method) => allowMethods.includes(method));
  return known.length === 0 ? ['GET'] : known;
}

/** Whether the middleware allows only pages of this machine, by a pattern that names no other host, so that it is for development only. */
function isForDevelopment({ allowOrigins, allowOriginRegex = '' }: CorsFacts): boolean {
  const rest = allowOriginRegex.replace(/https?\??|localhost|127\\?\.0\\?\.0\\?\.1|::1|\\d/g, '');
  return allowOrigins.every(isLoopback) && allowOriginRegex !== '' && !/[a-z]|\\[wSDW]|\.[*+?{]|\[\^/i.test(rest);
}

function differences(facts: CorsFacts, policy: CorsPolicy, decider: CorsDecider, stated: boolean): string[] {
  return [
    ...facts.ownCode ? ['its class decides by code of its own, which is not read'] : [],
    ...originDifferences(facts, policy, decider, stated),
    ...credentialDifferences(facts, policy, decider),
    ...headerDifferences(facts, policy, decider),
  ];
}

function originDifferences(facts: CorsFacts, policy: CorsPolicy, decider: CorsDecider, stated: boolean): string[] {
  const deployed = policy.origins();
  const { allowOrigins: allowed, allowOriginRegex: regex } = facts;
  const known = !deployed.some((origin) => Token.isUnresolved(origin));
  const any = deployed.includes(ANY_ORIGIN);
  // Pages of this machine are not missing if the user has stated origins, because they call a local server.
  const missing = allowed.filter((origin) => !deployed.includes(origin) && (!isLoopback(origin) || !stated) && isOrigin(origin));
  const refused = allowed.includes(ANY_ORIGIN) || regex !== undefined ? [] : deployed.filter((origin) => !allowed.includes(origin));
  return [
    ...allowed.filter((origin) => !isOriginOrAny(origin)).map((origin) => `\`allow_origins\` with ${JSON.stringify(origin)}, which is no origin as browsers send it`),
    ...allowed.length === 0 && regex === undefined ? [`no origin is allowed, and pages of ${listed(deployed)} may call`] : [],
    ...regex !== undefined && !stated && !isForDevelopment(facts) ? [`\`allow_origin_regex\` ${JSON.stringify(regex)}, which a gateway cannot match, and pages of ${listed(deployed)} may call`] : [],
    ...missing.length > 0 && known && !any ? [`\`allow_origins\` has ${listed(missing)}, which may not call`] : [],
    ...refused.length > 0 && allowed.length > 0 && decider === 'app' ? [`\`allow_origins\` lacks ${listed(refused)}, whose pages do not get to read an answer`] : [],
    ...allowed.length > 0 && regex === undefined && allowed.every(isLoopback) && !stated ? ['`allow_origins` has pages of this machine alone'] : [],
  ];
}

function credentialDifferences(facts: CorsFacts, policy: CorsPolicy, decider: CorsDecider): string[] {
  if (isForDevelopment(facts) || facts.allowCredentials === policy.allowCredentials) return [];
  if (!facts.allowCredentials) return decider === 'app' ? ['no `allow_credentials`, so that pages with credentials do not get to read an answer'] : [];
  return [`\`allow_credentials\`, which is not deployed${policy.origins().includes(ANY_ORIGIN) ? ': browsers want named origins with it' : ''}`];
}

function headerDifferences(facts: CorsFacts, policy: CorsPolicy, decider: CorsDecider): string[] {
  if (isForDevelopment(facts)) return [];
  const among = (list: readonly string[], name: string): boolean => list.includes('*') || list.some((each) => each.toLowerCase() === name.toLowerCase());
  const asked = facts.allowHeaders.filter((name) => name !== '*' && !ALWAYS.includes(name.toLowerCase()) && !among(policy.allowHeaders, name));
  const read = decider === 'app'
    ? policy.exposeHeaders.filter((name) => !among(facts.exposeHeaders, name))
    : facts.exposeHeaders.filter((name) => !among(policy.exposeHeaders, name));
  return [
    ...asked.length > 0 ? [`\`allow_headers\` has ${listed(asked)}, which pages may not send`] : [],
    ...read.length > 0 ? [`\`expose_headers\` ${decider === 'app' ? 'lacks' : 'has'} ${listed(read)}, which pages do not get to read`] : [],
  ];
}

function isOriginOrAny(origin: string): boolean {
  return origin === ANY_ORIGIN || isOrigin(origin);
}

function listed(values: readonly string[]): string {
  return values.map((value) => (Token.isUnresolved(value) ? 'one that is known at deployment' : value)).join(', ') || 'none';
}
