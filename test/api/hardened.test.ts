import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { FastApiHttpApi, FastApiRestApi } from '../../src';
import { fastApiApp, messageOf, stack as newStack } from '../integrations/fixture';

function keys(template: Template): unknown[] {
  return Object.values(template.findResources('AWS::Logs::LogGroup')).map(({ Properties }) => Properties.KmsKeyId);
}

test('a REST API has an encrypted log everywhere, throttling, execution logs and a web ACL', () => {
  const stack = newStack();
  new FastApiRestApi(stack, 'Api', { app: fastApiApp(), hardened: true });
  const template = Template.fromStack(stack);
  expect(keys(template).length).toBeGreaterThan(1);
  for (const key of keys(template)) expect(key).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^ApiLogKey/), 'Arn'] });
  template.hasResourceProperties('AWS::ApiGateway::Stage', {
    MethodSettings: [Match.objectLike({ LoggingLevel: 'ERROR', ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 500, HttpMethod: '*', ResourcePath: '/*' })],
    TracingEnabled: true, AccessLogSetting: Match.anyValue(),
  });
  template.hasResourceProperties('AWS::KMS::Key', {
    EnableKeyRotation: true,
    KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': Match.anyValue() } } })]) },
  });
  template.hasResourceProperties('AWS::WAFv2::WebACL', {
    Scope: 'REGIONAL', Rules: Match.arrayWith([Match.objectLike({ Name: 'AWSManagedRulesCommonRuleSet', OverrideAction: { None: {} } })]),
  });
  template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
});

test('an HTTP API has the same without a web ACL, and says so', () => {
  const stack = newStack();
  new FastApiHttpApi(stack, 'Api', { app: fastApiApp(), hardened: true });
  const template = Template.fromStack(stack);
  for (const key of keys(template)) expect(key).toBeDefined();
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { DefaultRouteSettings: { ThrottlingBurstLimit: 500, ThrottlingRateLimit: 1000 } });
  template.resourceCountIs('AWS::WAFv2::WebACL', 0);
  Annotations.fromStack(stack).hasInfo('*', Match.stringLikeRegexp('an HTTP API can have no web ACL'));
});

test('what the user says wins', () => {
  const stack = newStack();
  new FastApiRestApi(stack, 'Rest', { app: fastApiApp(), hardened: true, cloudWatchRole: false, deployOptions: { throttlingRateLimit: 7 } });
  new FastApiHttpApi(stack, 'Http', { app: fastApiApp(), hardened: true, stageOptions: { throttle: { rateLimit: 9 } }, functionOptions: { timeout: Duration.seconds(3) } });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::ApiGateway::Stage', { MethodSettings: [Match.objectLike({ ThrottlingRateLimit: 7, ThrottlingBurstLimit: 500, LoggingLevel: Match.absent() })] });
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { DefaultRouteSettings: { ThrottlingRateLimit: 9 } });
});

test('without it nothing of it is made', () => {
  const stack = newStack();
  new FastApiRestApi(stack, 'Api', { app: fastApiApp() });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::KMS::Key', 0);
  template.resourceCountIs('AWS::WAFv2::WebACL', 0);
});

test('a REST API without a stage is refused', () => {
  const made = () => new FastApiRestApi(new Stack(new App()), 'Api', { app: fastApiApp(), hardened: true, deploy: false });
  expect(messageOf(made)).toMatch(/`hardened` needs the stage that the API makes, got: `deploy: false`; leave one of them out/);
});
