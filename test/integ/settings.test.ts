import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { settings } from './integ.settings';
import type { Value } from '../rest-api/body/native-view';

jest.setTimeout(120_000);

/** What only AWS can answer is at least what would be deployed. */
test.each([[undefined, 'https://accounts.google.com', 'described'], ['update', 'https://accounts.google.com', 'described anew'], ['unreachable', 'https://issuer.invalid', 'described']])(
  'the settings of the integration test are synthesized (phase: %s)', (phase, issuer, description) => {
    const app = new App({ analyticsReporting: false, context: { phase, 'aws:cdk:bundling-stacks': [] } });
    const template = Template.fromStack(settings(app)).toJSON() as Value;
    const [rest, http] = ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'].map((type) => Object.values<Value>(template.Resources).find(({ Type }) => Type === type)!.Properties);
    expect(rest.Description).toBe(description);
    expect(rest.Body['x-amazon-apigateway-security-policy']).toBe('SecurityPolicy_TLS13_1_3_2025_09');
    const operation = (path: string, method: string): Value => rest.Body.paths[path][method];
    expect(operation('/basket/lines', 'post')['x-amazon-apigateway-request-validator']).toBe('body');
    expect(operation('/books/{book_id}/price', 'get')['x-amazon-apigateway-integration'].cacheKeyParameters)
      .toEqual(['path.book_id', 'querystring.quantity', 'header.x-currency'].map((key) => `method.request.${key}`));
    expect(operation('/queue', 'post')['x-amazon-apigateway-integration'].contentHandling).toBe('CONVERT_TO_TEXT');
    const [scheme] = Object.values<Value>(http.Body.components.securitySchemes);
    expect(scheme['x-amazon-apigateway-authorizer'].jwtConfiguration.issuer).toBe(issuer);
    expect(http.FailOnWarnings).toBe(true);
  });
