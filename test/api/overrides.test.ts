import { rendered } from './fixture';
import { httpOverrides, restOverrides } from './overrides';
import { bodyRoutes } from '../http-api/body/native-view';
import { renderedHttp } from '../http-api/fixture';
import { messageOf, stack as newStack } from '../integrations/fixture';
import { bodyMethods, type Value } from '../rest-api/body/native-view';

const APP_ROUTE = /Functions\/GET app\/Default$/;

describe('overrides of a REST API', () => {
  const stack = newStack();
  const api = restOverrides(stack);
  const { template, body } = rendered(stack);
  const methods = bodyMethods(body);
  const integration = (route: string) => methods.get(route)!.integration;

  test('have the integrations that they bring', () => {
    expect(integration('GET /url/{item_id}')).toMatchObject({
      TYPE: 'http_proxy', URI: 'https://example.com/{id}', REQUESTPARAMETERS: { 'integration.request.path.id': 'method.request.path.item_id' }, TIMEOUTINMILLIS: 5000,
    });
    expect(integration('PUT /object/{key}')).toMatchObject({
      TYPE: 'aws', URI: expect.stringMatching(/^arn:<AWS::Partition>:apigateway:<AWS::Region>:s3:path\/<Bucket\w+>\/\{key\}$/), CREDENTIALS: { 'Fn::GetAtt': [expect.stringMatching(/^Writer/), 'Arn'] },
    });
    expect(integration('GET /mock').TYPE).toBe('mock');
    expect(integration('POST /function')).toMatchObject({ TYPE: 'aws_proxy', URI: expect.stringMatching(/<Handler\w+\.Arn>\/invocations$/) });
    expect(integration('POST /machine')).toMatchObject({ TYPE: 'aws', URI: expect.stringMatching(/:states:action\/StartSyncExecution$/) });
  });

  test('have the options that they bring', () => {
    const names = Object.entries<Value>(body.components.securitySchemes).map(([name, scheme]) => [name, scheme['x-amazon-apigateway-authorizer']?.type]);
    const nameOf = (type: string) => names.find(([, found]) => found === type)![0];
    expect(methods.get('GET /url/{item_id}')).toMatchObject({
      security: [['sigv4', []], ['api_key', []]], parameters: { 'method.request.path.item_id': true, 'method.request.querystring.page': false }, validator: expect.any(String),
    });
    expect(methods.get('PUT /object/{key}')).toMatchObject({ security: [[nameOf('token'), []]], responses: { 200: { headers: ['ETag'] }, 404: {} } });
    expect(methods.get('GET /mock')!.security).toEqual([]);
    expect(methods.get('POST /function')).toMatchObject({ operationId: 'callFunction', security: [[nameOf('cognito_user_pools'), ['items/write']]] });
    expect(methods.get('POST /machine')!.security).toEqual([[nameOf('request'), []]]);
  });

  test('leave one function of the app, and no role and no log group of the others', () => {
    expect(api.handler('app').node.path).toMatch(APP_ROUTE);
    expect(messageOf(() => api.handler('url'))).toMatch(/^`handler` needs an operation that a function of this app answers, got: `url` \(GET \/url\/\{item_id\}\)/);
    expect(Object.keys(template.toJSON().Resources).filter((id) => id.startsWith('MyApiFunctions'))).toHaveLength(4);
  });
});

describe('overrides of an HTTP API', () => {
  const stack = newStack();
  const api = httpOverrides(stack);
  const { template, body } = renderedHttp(stack);
  const routes = bodyRoutes(body);
  const integration = (route: string) => routes.get(route)!.integration;

  test('have the integrations that they bring', () => {
    expect(integration('GET /url/{item_id}')).toMatchObject({
      IntegrationType: 'HTTP_PROXY', IntegrationUri: 'https://example.com/{item_id}', RequestParameters: { 'append:header.x-id': '$request.path.item_id' }, TimeoutInMillis: 5000,
    });
    expect(integration('POST /function')).toMatchObject({ IntegrationType: 'AWS_PROXY', IntegrationUri: { 'Fn::GetAtt': [expect.stringMatching(/^Handler/), 'Arn'] } });
    expect(integration('POST /machine')).toMatchObject({ IntegrationSubtype: 'StepFunctions-StartSyncExecution', CredentialsArn: { 'Fn::GetAtt': [expect.any(String), 'Arn'] }, PayloadFormatVersion: '1.0' });
    expect(integration('GET /balancer')).toMatchObject({ IntegrationType: 'HTTP_PROXY', ConnectionType: 'VPC_LINK', ConnectionId: { Ref: expect.stringMatching(/^Link/) }, IntegrationMethod: 'ANY' });
    expect(integration('POST /queue')).toMatchObject({ IntegrationSubtype: 'SQS-SendMessage', RequestParameters: { MessageBody: '$request.body.MessageBody' } });
  });

  test('have the options that they bring', () => {
    expect(Object.fromEntries([...routes].map(([key, { security }]) => [key, security]))).toEqual({
      'GET /url/{item_id}': [], 'POST /function': [['Custom', []]], 'POST /machine': [['Tokens', ['run']]], 'GET /app': [['sigv4', []]], 'GET /balancer': [['sigv4', []]], 'POST /queue': [['sigv4', []]],
    });
  });

  test('leave one function of the app, and no role and no log group of the others', () => {
    expect(api.handler('app').node.path).toMatch(APP_ROUTE);
    expect(messageOf(() => api.handler('url'))).toMatch(/^`handler` needs an operation that a function of this app answers, got: `url` \(GET \/url\/\{item_id\}\)/);
    expect(Object.keys(template.toJSON().Resources).filter((id) => id.startsWith('MyApiFunctions'))).toHaveLength(4);
  });
});
