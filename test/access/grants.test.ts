import { Annotations as CdkAnnotations, App, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { authorizationTypes, operationSet } from './operations-fixture';
import { grantInvokeAccess, type InvocableApi } from '../../src/access/grants';
import type { ApiType } from '../../src/operations/api-type';

const ITEMS = {
  root: 'GET /',
  listItems: 'GET /items',
  createItem: 'POST /items',
  readItem: 'GET /items/{item_id}',
  readSecret: 'GET /items/{item_id}/secret',
  health: 'GET /health',
};

function setup(types: Record<string, string> = {}, kind: ApiType = 'rest', account?: string) {
  const stack = new Stack(new App(), 'S', { env: account ? { account, region: 'eu-west-1' } : undefined });
  const scope = new Construct(stack, 'MyApi');
  const api: InvocableApi = {
    scope, apiType: kind, apiId: 'api1', stage: 'prod', operations: operationSet(ITEMS, kind), authorizationType: authorizationTypes(types),
  };
  return { stack, api, role: new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }) };
}

function arn(resource: string): object {
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':execute-api:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, `:api1/prod/${resource}`]] };
}

function statements(stack: Stack): { Action: unknown; Effect: string; Resource: unknown }[] {
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  return policies.flatMap((policy) => policy.Properties.PolicyDocument.Statement);
}

const ANY_WARNING = Match.stringLikeRegexp('.*');

test('the whole API is one statement on its stage, without a warning', () => {
  const { stack, api, role } = setup();
  const grant = grantInvokeAccess(api, role);
  grant.assertSuccess();
  expect(statements(stack)).toEqual([{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: arn('*') }]);
  Annotations.fromStack(stack).hasNoWarning('*', ANY_WARNING);
});

test('several operations are one statement with each resource once, and parameters are wildcards without braces', () => {
  const { stack, api, role } = setup();
  grantInvokeAccess(api, role, { operations: ['createItem', 'readSecret', 'createItem', 'root'] });
  const [statement, ...others] = statements(stack);
  expect(others).toEqual([]);
  expect(statement.Resource).toEqual([arn('POST/items'), arn('GET/items/?*/secret'), arn('GET/')]);
  Annotations.fromStack(stack).hasNoWarning('*', ANY_WARNING);
});

test.each<[string, object]>([
  ['a hidden route below it', { hidden: [{ path: '/items/{item_id}/audit', methods: ['GET'] }, { path: '/items/{item_id}/audit', methods: ['POST'] }] }],
  ['a mounted application below it', { mounts: [{ path: '/items/files' }] }],
  ['a documentation page below it', { hidden: [{ path: '/items/docs', methods: ['GET', 'HEAD'] }, { path: '/docs', methods: ['GET'] }] }],
])('names what a catch-all route serves and a grant reaches: %s', (_, facts) => {
  const { stack, api, role } = setup();
  const set = operationSet({ listItems: ITEMS.listItems, readItem: ITEMS.readItem }, 'rest', facts);
  const reaches = (type?: string) => {
    const scope = new Construct(stack, `Api ${type}`);
    grantInvokeAccess({ ...api, scope, operations: set, catchAllAuthorizationType: type }, role, { operations: ['readItem'] });
    return scope.node.metadata.map(({ data }) => String(data)).filter((text) => text.includes('also reaches'));
  };
  const [warning, ...others] = reaches('AWS_IAM');
  expect(others).toEqual([]);
  expect(warning).toMatch(/on `readItem` .* also reaches (GET \/items\/\{item_id\}\/audit|the application mounted at \/items\/files|GET \/items\/docs): /);
  // What is open, or asks for a token, is not opened by a grant.
  for (const type of ['NONE', 'CUSTOM', undefined]) expect(reaches(type)).toEqual([]);
});

test('one operation, by its qualified name too', () => {
  const { stack, api, role } = setup();
  grantInvokeAccess(api, role, { operations: [api.operations.find('listItems').qualifiedName] });
  expect(statements(stack)).toEqual([{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: arn('GET/items') }]);
});

test('an HTTP API has the same form', () => {
  const { stack, api, role } = setup({}, 'http');
  grantInvokeAccess(api, role, { operations: ['readItem', 'readSecret'] });
  expect(statements(stack)[0].Resource).toEqual([arn('GET/items/?*'), arn('GET/items/?*/secret')]);
});

describe('a grant that reaches other operations', () => {
  test('is a warning that names them', () => {
    const { stack, api, role } = setup();
    grantInvokeAccess(api, role, { operations: ['readItem'] });
    Annotations.fromStack(stack).hasWarning('/S/MyApi', Match.stringLikeRegexp(
      '`readItem` \\(GET /items/\\{item_id\\}\\) also reaches .*`readSecret` \\(GET /items/\\{item_id\\}/secret\\): .*\\[ack: cdk-fastapi:grantReachesOtherOperations\\]',
    ));
  });

  test('can be acknowledged', () => {
    const { stack, api, role } = setup();
    CdkAnnotations.of(stack).acknowledgeWarning('cdk-fastapi:grantReachesOtherOperations', 'known');
    grantInvokeAccess(api, role, { operations: ['readItem'] });
    Annotations.fromStack(stack).hasNoWarning('*', ANY_WARNING);
  });

  test.each([
    ['granted too', ['readItem', 'readSecret', 'listItems'], {}],
    ['not protected by IAM', ['readItem', 'listItems'], { readSecret: 'NONE' }],
  ])('is no warning where the other is %s', (_, operations, types) => {
    const { stack, api, role } = setup(types);
    grantInvokeAccess(api, role, { operations });
    Annotations.fromStack(stack).hasNoWarning('*', ANY_WARNING);
  });
});

describe('what IAM does not protect', () => {
  test('cannot be granted by name; an override counts', () => {
    const { stack, api, role } = setup({ health: 'NONE', createItem: 'COGNITO_USER_POOLS' });
    expect(() => grantInvokeAccess(api, role, { operations: ['listItems', 'health', 'createItem'] })).toThrow(
      '`operations` of `grantInvokeAccess` works for operations that IAM protects, got: COGNITO_USER_POOLS, NONE for `health` (GET /health), `createItem` (POST /items);',
    );
    expect(statements(stack)).toEqual([]);
  });

  test('does not disturb a grant on the whole API, unless it is everything', () => {
    const some = setup({ health: 'NONE' });
    grantInvokeAccess(some.api, some.role);
    expect(statements(some.stack)).toHaveLength(1);
    const all = setup({ '*': 'JWT' });
    expect(() => grantInvokeAccess(all.api, all.role)).toThrow(/`grantInvokeAccess` works for operations that IAM protects, got: JWT for `root`/);
  });

  test('can be everything but one that an override protects', () => {
    const { stack, api, role } = setup({ '*': 'NONE', 'readItem': 'AWS_IAM' });
    grantInvokeAccess(api, role, { operations: ['readItem'] });
    expect(statements(stack)[0].Resource).toEqual(arn('GET/items/?*'));
  });
});

test('an empty list and an unknown name are errors', () => {
  const { api, role } = setup();
  expect(() => grantInvokeAccess(api, role, { operations: [] })).toThrow(/`operations` of `grantInvokeAccess` must name at least one operation, got: \[\]/);
  expect(() => grantInvokeAccess(api, role, { operations: ['constructor'] })).toThrow(/no operation of this name, got: constructor/);
});

describe('a grantee that the statement does not help', () => {
  test('without a policy of its own is a warning', () => {
    const { stack, api } = setup();
    const grant = grantInvokeAccess(api, new iam.ServicePrincipal('events.amazonaws.com'));
    expect(grant.success).toBe(false);
    Annotations.fromStack(stack).hasWarning('/S/MyApi', Match.stringLikeRegexp('added nothing.*cdk-fastapi:grantNotAdded'));
  });

  test.each([
    ['rest', 'resource policy \\(`policy`\\) must allow the caller too'],
    ['http', 'has no resource policy, so the caller must assume a role'],
  ] as const)('of another account is a warning (%s)', (kind, advice) => {
    const { stack, api } = setup({}, kind, '111111111111');
    grantInvokeAccess(api, iam.Role.fromRoleArn(stack, 'Foreign', 'arn:aws:iam::222222222222:role/caller'));
    Annotations.fromStack(stack).hasWarning('/S/MyApi', Match.stringLikeRegexp(`account 222222222222 into an API of account 111111111111: .*${advice}`));
  });

  test.each(['111111111111', undefined])('of the same account, or of one that is not known yet, is none (%s)', (account) => {
    const { stack, api } = setup({}, 'rest', account);
    const role = iam.Role.fromRoleArn(stack, 'Known', `arn:aws:iam::${account ?? Token.asString({ Ref: 'Account' })}:role/caller`);
    grantInvokeAccess(api, role);
    Annotations.fromStack(stack).hasNoWarning('*', ANY_WARNING);
  });
});
