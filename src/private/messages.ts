import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** What the page about messages says of one. */
interface Message {
  /** How it is said, and where that depends on something, on what. */
  readonly severity: string;
  /** What it says and why, without a full stop. */
  readonly what: string;
  readonly remedy: string;
}

/**
 * Every rule for an app's document: `lint` prints what breaks one, the constructs throw or annotate it. An issue names its rule, so
 * that none is missing here; `docs/messages.md` is made from it.
 */
export const RULES = {
  'schema': {
    severity: 'error, or warning where only other tools are concerned',
    what: 'the document deviates from OpenAPI',
    remedy: 'repair the document',
  },
  'external-reference': {
    severity: 'error, or warning where only a client needs it',
    what: 'a `$ref` leads out of the document',
    remedy: 'bundle the document into one file',
  },
  'no-operations': {
    severity: 'warning',
    what: 'the document has no operations',
    remedy: 'register the routes when the module is imported, not in the lifespan',
  },
  'own-handler': {
    severity: 'warning',
    what: 'the app\'s module has a `handler` of its own, which buffered functions use in place of the bundle\'s: no stage, base path or restored slashes',
    remedy: 'leave it out or write `Mangum(app)` without options other than `lifespan`, unless it handles other events too',
  },
  'control-character': {
    severity: 'error',
    what: 'a path has a control character or a line break',
    remedy: 'change the path in the app',
  },
  'method': {
    severity: 'error; warning with `catchAll`',
    what: 'API Gateway has no such method, for example `TRACE`',
    remedy: 'another method',
  },
  'path-length': {
    severity: 'error',
    what: 'a path is longer than 1,000 characters, which the CDK refuses',
    remedy: 'a shorter path, or `catchAll: true`',
  },
  'segment-empty': {
    severity: 'error',
    what: 'a path has `//`',
    remedy: 'leave the empty segment out, or `catchAll: true`',
  },
  'segment-charset': {
    severity: 'error',
    what: 'a segment has a character that no resource of API Gateway can have',
    remedy: 'another path, or `catchAll: true`',
  },
  'segment-mixed': {
    severity: 'error',
    what: 'a parameter is only a part of its segment',
    remedy: 'a parameter for the whole segment, or `catchAll: true`',
  },
  'greedy-last': {
    severity: 'error',
    what: 'a parameter that takes slashes is not last',
    remedy: 'put it last, or `catchAll: true`',
  },
  'slash-pair': {
    severity: 'error on an HTTP API',
    what: '`/items` and `/items/` are different operations, which an HTTP API cannot tell apart',
    remedy: 'another path, `FastApiRestApi`, or `catchAll: true`',
  },
  'greedy-sibling': {
    severity: 'warning on a REST API',
    what: 'beside a parameter that takes slashes there can be no other parameter: the greedy route serves both',
    remedy: 'none needed: the app chooses the operation',
  },
  'shared-route': {
    severity: 'warning',
    what: 'operations share method and route, and so function options and authorization',
    remedy: 'none needed',
  },
  'captured': {
    severity: 'error or warning',
    what: 'API Gateway gives requests of one operation to the route of another',
    remedy: 'the same authorization for both, or another path',
  },
  'captured-slash': {
    severity: 'warning',
    what: 'API Gateway ignores a slash at the end, so requests may come to an operation with another authorization',
    remedy: 'the same authorization for both, or another path',
  },
  'not-served': {
    severity: 'warning',
    what: 'something of the app has no route in the deployed API, such as a hidden route, a mount or a page',
    remedy: '`catchAll: true`, or nothing where it is not for callers',
  },
  'prefix': {
    severity: 'warning',
    what: 'the app says that its paths begin with a prefix, and the deployed routes do not',
    remedy: 'put it on the routes, or map a domain with that base path',
  },
  'shadowed': {
    severity: 'warning',
    what: 'the app itself gives every request of the operation to an earlier route',
    remedy: 'another order or path in the app',
  },
  'partly-shadowed': {
    severity: 'warning',
    what: 'the app gives some requests of the operation to an earlier route',
    remedy: 'another order or path in the app',
  },
  'http-streaming': {
    severity: 'warning on an HTTP API',
    what: 'the operation streams, and HTTP APIs buffer',
    remedy: '`FastApiRestApi` or `FastApiStreamingFunctionUrl`',
  },
  'route-quota': {
    severity: 'warning',
    what: 'more resources or routes than an account has without a raised quota',
    remedy: 'ask AWS, or split the app',
  },
} as const satisfies Record<string, Message>;

/** Every warning and information of constructs, which their user acknowledges as `cdk-fastapi:<id>`. */
export const ANNOTATIONS = {
  hardenedHttp: {
    severity: 'information',
    what: '`hardened` gives an HTTP API no web ACL, since AWS WAF knows REST APIs alone',
    remedy: 'CloudFront with a web ACL before it, or `FastApiRestApi`',
  },
  publicOperations: {
    severity: 'information',
    what: 'the operations that everybody may call',
    remedy: 'none needed',
  },
  declaredProtectedButOpen: {
    severity: 'warning',
    what: 'the app declares `security`, and API Gateway lets everybody through',
    remedy: 'another `auth` or authorizer, or acknowledge it where the app checks its callers',
  },
  declaredOpenButProtected: {
    severity: 'warning',
    what: 'the app declares no `security`, and API Gateway asks for a token',
    remedy: 'make the operation public by an override, or declare its `security`',
  },
  grantNotAdded: {
    severity: 'warning',
    what: 'the grantee has no policy that the program can change',
    remedy: 'grant to a role or user',
  },
  grantReachesOtherOperations: {
    severity: 'warning',
    what: '`*` in a policy matches `/` too, so the grant opens more than it names',
    remedy: 'another first path segment, or another authorizer',
  },
  crossAccountGrant: {
    severity: 'warning',
    what: 'the other account needs more than the caller\'s policy',
    remedy: 'a resource policy (REST), or a role of the API\'s account (HTTP)',
  },
  corsOfGatewayErrors: {
    severity: 'warning',
    what: 'errors of API Gateway itself can name one origin only',
    remedy: 'none: pages of other origins see these errors as CORS errors',
  },
  functionStacks: {
    severity: 'information',
    what: 'functions stand in nested stacks, or soon will',
    remedy: '`functionStacks: 20` fixes it',
  },
  functionName: {
    severity: 'warning',
    what: 'a fixed name keeps a function from moving to a nested stack',
    remedy: 'leave it out, or set `functionStacks`',
  },
  logGroups: {
    severity: 'information',
    what: 'above 600 functions those of a nested stack share a log group',
    remedy: 'none needed',
  },
  functionTimeout: {
    severity: 'warning',
    what: 'a function may run longer than the API waits',
    remedy: 'a shorter `timeout`',
  },
  integrationTimeout: {
    severity: 'warning',
    what: 'an integration over 29 seconds needs a raised quota',
    remedy: 'raise it, or a shorter timeout',
  },
  mockWithoutTemplate: {
    severity: 'warning on a REST API',
    what: 'a mock integration answers 500 without a request template that says the status code',
    remedy: '`requestTemplates` and `integrationResponses` as the message writes them',
  },
  noEndpoint: {
    severity: 'warning',
    what: '`disableExecuteApiEndpoint` leaves no address at which the API answers',
    remedy: 'a domain for the API',
  },
  edgeStreams: {
    severity: 'warning',
    what: 'an edge-optimized endpoint ends a stream that is silent for 30 seconds',
    remedy: 'REGIONAL',
  },
  unknownProperty: {
    severity: 'warning',
    what: 'a construct got a property that neither it nor the CDK\'s has',
    remedy: 'leave it out, or correct its name',
  },
  missingVariables: {
    severity: 'warning',
    what: 'the app was read with variables of a `.env` file or of this shell that its functions lack',
    remedy: 'give them by `environment` of `functionOptions`, or let the app read them from where they are kept',
  },
  appCors: {
    severity: 'warning',
    what: 'the app\'s own CORSMiddleware differs from what is deployed, which answers preflights',
    remedy: 'set `cors`, or say the same in both',
  },
  appCorsDeployed: {
    severity: 'information',
    what: '`cors` is not set, and what the app\'s CORSMiddleware says is deployed',
    remedy: 'none, or set `cors`',
  },
  documentationLosses: {
    severity: 'information on a REST API',
    what: 'what of the app\'s document OpenAPI 3.0 or a model of API Gateway cannot say, counted by kind',
    remedy: 'none needed',
  },
  requestValidation: {
    severity: 'information on a REST API',
    what: 'how many bodies and parameters API Gateway checks, and what is left to the app and why',
    remedy: 'none needed',
  },
  agentTools: {
    severity: 'information',
    what: 'operations that are no tool of the agent gateway, and why',
    remedy: 'none needed',
  },
  catchAllStreams: {
    severity: 'warning',
    what: 'the catch-all function does not stream',
    remedy: 'a path that API Gateway can hold',
  },
} as const satisfies Record<string, Message>;

export type RuleId = keyof typeof RULES;
export type AnnotationId = keyof typeof ANNOTATIONS;

/** Warns at a construct. The id stays from release to release: programs acknowledge it. */
export function addWarning(scope: IConstruct, id: AnnotationId | RuleId, text: string): void {
  Annotations.of(scope).addWarningV2(`cdk-fastapi:${id}`, text);
}

/** Says at a construct what may be as it should be. */
export function addInfo(scope: IConstruct, id: AnnotationId | RuleId, text: string): void {
  Annotations.of(scope).addInfoV2(`cdk-fastapi:${id}`, text);
}

/** The tables of `docs/messages.md`. */
export function messageTables(): { rules: string; annotations: string } {
  return { rules: table('rule', '', RULES), annotations: table('id', 'cdk-fastapi:', ANNOTATIONS) };
}

function table(name: string, prefix: string, messages: Record<string, Message>): string {
  const rows = Object.entries(messages).map(([id, { severity, what, remedy }]) => `| \`${prefix}${id}\` | ${severity} | ${what} | ${remedy} |`);
  return [`| ${name} | severity | what and why | remedy |`, '|---|---|---|---|', ...rows].join('\n');
}
