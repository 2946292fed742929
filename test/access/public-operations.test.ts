import { Annotations as CdkAnnotations, App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { authorizationTypes, operationSet } from './operations-fixture';
import { reportAccess } from '../../src/access/public-operations';

const BEARER = [{ bearer: [] }];
const MIXED = { health: 'GET /health', login: { route: 'POST /token', security: [] }, me: { route: 'GET /me', security: BEARER } };

function report(operations: Parameters<typeof operationSet>[0], types: Record<string, string>, acknowledge: string[] = []): Stack {
  const stack = new Stack(new App(), 'S');
  const type = authorizationTypes(types);
  for (const id of acknowledge) CdkAnnotations.of(stack).acknowledgeWarning(id);
  reportAccess(new Construct(stack, 'MyApi'), operationSet(operations).all.map((operation) => ({ operation, authorizationType: type(operation) })));
  return stack;
}

function messages(stack: Stack): string[] {
  const annotations = Annotations.fromStack(stack);
  const any = Match.stringLikeRegexp('.*');
  return [...annotations.findInfo('*', any), ...annotations.findWarning('*', any)].map(({ entry }) => String(entry.data));
}

test('an API that IAM protects says nothing, whatever its document declares', () => {
  expect(messages(report(MIXED, {}))).toEqual([]);
});

test('public operations are listed', () => {
  const [info, ...others] = messages(report(MIXED, { health: 'NONE', login: 'NONE' }));
  expect(info).toContain('everybody may call `health` (GET /health), `login` (POST /token)');
  expect(info).toContain('cdk-fastapi:publicOperations');
  expect(others).toEqual([]);
});

test('declared protected but open is a warning that can be acknowledged', () => {
  const [, warning, ...others] = messages(report(MIXED, { '*': 'NONE' }));
  expect(warning).toMatch(/declares `security` for `me` \(GET \/me\), and API Gateway lets everybody through.*\[ack: cdk-fastapi:declaredProtectedButOpen\]/);
  expect(others).toEqual([]);
  expect(messages(report(MIXED, { '*': 'NONE' }, ['cdk-fastapi:declaredProtectedButOpen']))).toHaveLength(1);
});

test.each(['COGNITO_USER_POOLS', 'CUSTOM', 'JWT'])('declared open but behind an authorizer (%s) is a warning', (type) => {
  const [warning, ...others] = messages(report(MIXED, { '*': type }));
  expect(warning).toMatch(/declares no `security` for `health` \(GET \/health\), `login` \(POST \/token\), and API Gateway asks .*declaredOpenButProtected/);
  expect(others).toEqual([]);
});

test('a document that declares no security says nothing about authorizers', () => {
  expect(messages(report({ a: 'GET /a', b: 'GET /b' }, { '*': 'CUSTOM' }))).toEqual([]);
});

test('an empty requirement among others makes security optional', () => {
  const operations = { a: { route: 'GET /a', security: [{}, ...BEARER] } };
  expect(messages(report(operations, { '*': 'NONE' }))).toHaveLength(1);
});

test.each([[20, undefined], [21, 'and 1 more']])('of %i operations a message names 20', (count, rest) => {
  const operations = Object.fromEntries(Array.from({ length: count }, (_, index) => [`op${index}`, `GET /p${index}`]));
  const [info] = messages(report(operations, { '*': 'NONE' }));
  expect(info.match(/GET /g)).toHaveLength(20);
  expect(info.match(/and \d+ more/)?.[0]).toBe(rest);
});
