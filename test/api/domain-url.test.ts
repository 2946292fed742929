import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import { deploy, ITEMS } from './fixture';
import { RuntimeConfig } from '../../src/access/runtime-config';
import { FastApiRestApi } from '../../src/rest-api/fast-api-rest-api';
import { deployHttp } from '../http-api/fixture';
import { fastApiApp, stack as newStack } from '../integrations/fixture';
import type { Value } from '../rest-api/body/native-view';

const disabled = { disableExecuteApiEndpoint: true };
const certificate = (stack: Stack) => acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-central-1:111111111111:certificate/x');
const noEndpoint = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('leaves no address at which the API answers')).length;

/** What a caller is told: by the CDK's output, an output of the user's, and the runtime configuration. */
function told(stack: Stack, url: string): unknown[] {
  new CfnOutput(stack, 'Told', { value: url });
  const { Outputs: outputs } = Template.fromStack(stack).toJSON();
  const endpoint = Object.entries<Value>(outputs).find(([id]) => id.startsWith('MyApiEndpoint'))?.[1].Value;
  return [endpoint, outputs.Told.Value, stack.resolve(RuntimeConfig.ensure(stack).config.apis.MyApi)];
}

describe('a REST API whose own endpoint is disabled', () => {
  test('tells everybody the URL of its domain', () => {
    const stack = newStack();
    const domainName = { domainName: 'api.example.com', certificate: certificate(stack), basePath: 'v1' };
    const { url } = new FastApiRestApi(stack, 'MyApi', { app: fastApiApp(ITEMS), ...disabled, domainName });
    const expected = { 'Fn::Join': ['', ['https://', { Ref: expect.stringMatching(/^MyApiCustomDomain/) }, '/v1/']] };
    expect(told(stack, url)).toEqual([expected, expected, expected]);
    expect(noEndpoint(stack)).toBe(0);
  });

  test('finds a domain that is added later, by a construct or by an L1', () => {
    for (const add of [
      (api: apigateway.RestApi, stack: Stack) => void new apigateway.DomainName(stack, 'Domain', { domainName: 'api.example.com', certificate: certificate(stack), mapping: api }),
      (api: apigateway.RestApi, stack: Stack) => void new apigatewayv2.CfnApiMapping(stack, 'Mapping', { apiId: api.restApiId, domainName: 'api.example.com', stage: 'prod' }),
    ]) {
      const { stack, template } = deploy(disabled, ITEMS, (api, its) => add(api.api, its));
      const [{ Value: value }] = Object.values<Value>(template.toJSON().Outputs);
      expect(JSON.stringify(value)).toMatch(/^("https:\/\/api.example.com\/"|\{"Fn::Join":\["",\["https:\/\/",\{"Ref":"Domain[0-9A-F]+"\},"\/"\]\]\})$/);
      expect(noEndpoint(stack)).toBe(0);
    }
  });

  test('says so where no domain is', () => expect(noEndpoint(deploy(disabled).stack)).toBe(1));
});

test('an API with its own endpoint has that one, whatever domains it has', () => {
  const { stack, template } = deploy({}, ITEMS, (api, its) => {
    new apigatewayv2.CfnApiMapping(its, 'Mapping', { apiId: api.api.restApiId, domainName: 'api.example.com', stage: 'prod' });
  });
  expect(JSON.stringify(template.toJSON().Outputs)).toContain('.execute-api.');
  expect(noEndpoint(stack)).toBe(0);
});

describe('an HTTP API whose own endpoint is disabled', () => {
  test('says so where no domain is', () => expect(noEndpoint(deployHttp(disabled).stack)).toBe(1));

  test('finds a domain that is added later', () => {
    let url = '';
    const { stack } = deployHttp(disabled, ITEMS, (api, its) => {
      new apigatewayv2.CfnApiMapping(its, 'Mapping', { apiId: api.api.apiId, domainName: 'api.example.com', stage: '$default', apiMappingKey: 'v1' });
      url = api.url;
    });
    expect(stack.resolve(url)).toBe('https://api.example.com/v1/');
    expect(noEndpoint(stack)).toBe(0);
  });
});
