import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { GrantInvokeOptions } from './grant-invoke-options';
import { operationList } from './operation-list';
import { API_TYPES, type ApiType } from '../operations/api-type';
import { reaches, type ResourcePattern, resourcePatterns } from '../operations/arn';
import type { Operation } from '../operations/operation';
import type { Operations } from '../operations/operations';
import { checkStruct } from '../private/check-struct';
import { FastApiError } from '../private/errors';
import { addWarning } from '../private/messages';
import { printable } from '../private/printable';

/** Maximum number of undocumented routes in one message. */
const LISTED = 20;

/** An API as a grant sees it. */
export interface InvocableApi {
  /** The construct that warnings belong to. */
  readonly scope: Construct;
  readonly apiType: ApiType;
  readonly apiId: string;
  /** Name of the stage, as a literal if it is known; `*` if the API has no stage of its own. */
  readonly stage: string;
  readonly operations: Operations;
  /** Authorization type of the catch-all route; `undefined` if the API has no such route. */
  readonly catchAllAuthorizationType?: string;
  /** Authorization type of an operation's deployed method or route: `AWS_IAM`, `NONE`, or the type of an authorizer. */
  authorizationType(operation: Operation): string;
}

/**
 * Lets a grantee invoke an API or some of its operations, by one statement of the grantee's own policy
 * on the narrowest ARNs that IAM can express.
 */
export function grantInvokeAccess(api: InvocableApi, grantee: iam.IGrantable, options: GrantInvokeOptions = {}): iam.Grant {
  checkStruct(options, { subject: '`grantInvokeAccess`', sources: [{ file: 'access/grant-invoke-options' }] });
  const operations = options.operations && [...new Set(options.operations.map((name) => api.operations.find(name)))];
  checkProtected(api, operations);
  const resources = operations ? narrowResources(api, operations) : ['*'];
  const grant = iam.Grant.addToPrincipal({
    grantee,
    actions: ['execute-api:Invoke'],
    resourceArns: resources.map((resource) => executeApiArn(api, resource)),
  });
  warnOfUselessGrant(api, grantee, grant);
  return grant;
}

/** Refuses a grant on operations that IAM does not protect, because it would have no effect. */
function checkProtected(api: InvocableApi, operations: readonly Operation[] | undefined): void {
  if (operations?.length === 0) {
    throw new FastApiError('`operations` of `grantInvokeAccess` must name at least one operation, got: []; leave it out to grant all of them');
  }
  const asked = operations ?? api.operations.all;
  const others = asked.filter((operation) => !isIam(api, operation));
  if (others.length === 0 || (!operations && others.length < asked.length)) return;
  const types = [...new Set(others.map((operation) => api.authorizationType(operation)))].sort();
  const what = operations ? '`operations` of `grantInvokeAccess`' : '`grantInvokeAccess`';
  throw new FastApiError(
    `${what} works for operations that IAM protects, got: ${types.join(', ')} for ${operationList(others)}; `
    + 'use `auth` or the `authorizer` of an override to protect them by IAM, or remove the grant: `NONE` needs none, and other authorizers ask for a token',
  );
}

function narrowResources(api: InvocableApi, operations: readonly Operation[]): string[] {
  const resources = new Set<string>();
  for (const operation of operations) {
    const patterns = resourcePatterns(operation, api.operations.all);
    for (const { pattern } of patterns) resources.add(pattern);
    // A grant has no effect on operations that IAM does not protect.
    const also = [...new Set(patterns.flatMap(({ alsoReaches }) => alsoReaches))]
      .filter((other) => !operations.includes(other) && isIam(api, other));
    const reached = [...also.length > 0 ? [operationList(also)] : [], ...unlistedReached(api, operation, patterns)];
    if (reached.length === 0) continue;
    addWarning(
      api.scope, 'grantReachesOtherOperations',
      `\`grantInvokeAccess\` on ${operationList([operation])} also reaches ${reached.join(', ')}: \`*\` of an IAM policy also matches \`/\`. `
      + 'Where the caller must not have them, give them another first path segment or another authorizer',
    );
  }
  return [...resources];
}

/** Hidden routes and mounts behind the catch-all route that a grant on an operation also reaches. */
function unlistedReached(
  { operations, catchAllAuthorizationType }: InvocableApi, { method }: Operation, patterns: readonly ResourcePattern[],
): string[] {
  if (catchAllAuthorizationType !== 'AWS_IAM') return [];
  const reached = operations.unlisted
    .filter((unlisted) => unlisted.method === undefined || unlisted.method === method)
    .filter(({ template }) => patterns.some(({ pattern }) => reaches(pattern, { method, templates: [template] })))
    .map(({ guard, method: own }) => printable(own === undefined ? `the application mounted at ${guard}` : guard, 300));
  return reached.length <= LISTED ? reached : [...reached.slice(0, LISTED), `${reached.length - LISTED} more routes that are not documented`];
}

function isIam(api: InvocableApi, operation: Operation): boolean {
  return api.authorizationType(operation) === 'AWS_IAM';
}

function executeApiArn(api: InvocableApi, resource: string): string {
  return Stack.of(api.scope).formatArn({
    service: 'execute-api',
    resource: api.apiId,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    resourceName: `${api.stage}/${resource}`,
  });
}

/**
 * Warns of a grant that added no statement, or whose statement is not sufficient, because it would be noticed only when a call fails.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
function warnOfUselessGrant(api: InvocableApi, grantee: iam.IGrantable, grant: iam.Grant): void {
  if (!grant.success) {
    addWarning(
      api.scope, 'grantNotAdded',
      '`grantInvokeAccess` added nothing: the grantee has no policy that this app can change. Grant to a role or user, or write `execute-api:Invoke` into its policy yourself',
    );
  }
  const account = Stack.of(api.scope).account;
  const caller = grantee.grantPrincipal.principalAccount;
  if (caller === undefined || Token.isUnresolved(caller) || Token.isUnresolved(account) || caller === account) return;
  addWarning(
    api.scope, 'crossAccountGrant',
    `\`grantInvokeAccess\` alone does not let a caller of account ${caller} into an API of account ${account}: ${API_TYPES[api.apiType].resourcePolicy
      ? 'the API\'s resource policy (`policy`) must allow the caller too, and every caller of operations that are not protected by IAM'
      : 'an HTTP API has no resource policy, so the caller must assume a role of the API\'s account; grant to that role'}`,
  );
}
