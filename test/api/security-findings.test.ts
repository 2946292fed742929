import * as fs from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FastApiHttpApi, FastApiRestApi, FastApiStreamingFunctionUrl, RestApiAuth, SecurityFindings } from '../../src';
import { FINDINGS } from '../../src/api/security-findings';
import { fastApiApp, stack as newStack } from '../integrations/fixture';

type Resource = Record<string, any>; // Templates are untyped.

/** Ids that were acknowledged on each resource of a type, from either checker. */
function acknowledged(stack: Stack, type: string): string[][] {
  return Object.values(Template.fromStack(stack).findResources(type) as Record<string, Resource>).map(({ Metadata: metadata }) => [
    ...(metadata?.cdk_nag?.rules_to_suppress ?? []).map((rule: Resource) => [rule.id, ...rule.applies_to ?? []].join(' ')),
    ...(metadata?.checkov?.skip ?? []).map((rule: Resource) => rule.id),
  ]);
}

test.each([['REST', FastApiRestApi], ['HTTP', FastApiHttpApi], ['URL', FastApiStreamingFunctionUrl]])('findings by design are acknowledged in every function of a %s', (_kind, Api) => {
  const stack = newStack();
  const api = new Api(stack, 'Api', { app: fastApiApp() });
  SecurityFindings.acknowledge(api);
  for (const ids of acknowledged(stack, 'AWS::Lambda::Function')) expect(ids).toEqual(expect.arrayContaining(['AwsSolutions-L1', 'Serverless-LambdaDLQ', 'CKV_AWS_116', 'CKV_AWS_117']));
  const roles = acknowledged(stack, 'AWS::IAM::Role').filter((ids) => ids.some((id) => id.startsWith('AwsSolutions-IAM5')));
  expect(roles).toHaveLength(acknowledged(stack, 'AWS::Lambda::Function').length);
  for (const ids of roles) {
    expect(ids).toEqual(expect.arrayContaining([
      'AwsSolutions-IAM5 Resource::*',
      expect.stringMatching(/^AwsSolutions-IAM5 Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:<Api\w+>:\*$/),
    ]));
  }
});

test('a whole stack, without what its user has added', () => {
  const stack = newStack();
  new FastApiRestApi(stack, 'Api', { app: fastApiApp() });
  new lambda.Function(stack, 'Mine', { runtime: lambda.Runtime.PYTHON_3_13, handler: 'a.b', code: lambda.Code.fromInline('pass') });
  SecurityFindings.acknowledge(stack);
  const ids = acknowledged(stack, 'AWS::Lambda::Function');
  expect(ids.filter((each) => each.length === 0)).toHaveLength(1);
});

test('a statement of the user on every resource is left to be found', () => {
  const stack = newStack();
  const initialPolicy = [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] })];
  const api = new FastApiRestApi(stack, 'Api', { app: fastApiApp(), functionOptions: { initialPolicy } });
  SecurityFindings.acknowledge(api);
  expect(acknowledged(stack, 'AWS::IAM::Role').flat()).not.toContain('AwsSolutions-IAM5 Resource::*');
});

test('an open method is left to be found', () => {
  const holds = (id: string) => FINDINGS['AWS::ApiGateway::Method'].find(({ rules }) => rules.includes(id))!.holds!;
  expect([holds('AwsSolutions-COG4')({ httpMethod: 'GET', authorizationType: 'NONE', integration: { type: 'AWS_PROXY' } })]).toEqual([false]);
  expect(holds('AwsSolutions-COG4')({ httpMethod: 'GET', authorizationType: 'AWS_IAM' })).toBe(true);
  expect(holds('AwsSolutions-APIG4')({ httpMethod: 'OPTIONS', authorizationType: 'NONE', integration: { type: 'MOCK' } })).toBe(true);
  expect(holds('AwsSolutions-APIG4')({ httpMethod: 'OPTIONS', authorizationType: 'NONE', integration: { type: 'AWS_PROXY' } })).toBe(false);
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack');
  SecurityFindings.acknowledge(new FastApiRestApi(stack, 'Api', { app: fastApiApp(), auth: RestApiAuth.none() }));
  expect(() => Template.fromStack(stack)).not.toThrow();
});

test('the page explains each of them', () => {
  const page = fs.readFileSync(path.join(__dirname, '../../docs/security-reviews.md'), 'utf8');
  const rules = Object.values(FINDINGS).flat().flatMap(({ rules: ids }) => ids).map((id) => id.replace(/^(HIPAA\.Security|NIST\.800\.53\.R[45]|PCI\.DSS\.321)-/, '').replace(/\[.*$/, ''));
  for (const rule of new Set(rules)) expect(page).toContain(`\`${rule}\``);
});
