import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FastApiHttpApi, FastApiRestApi, HttpApiAuth, RestApiAuth } from '../../src';
import { httpEvent } from '../../src/local/http-event';
import { readFunctions } from '../../src/local/local-function';
import type { LocalRequest } from '../../src/local/local-request';
import { restEvent } from '../../src/local/rest-event';
import { readTemplates } from '../../src/local/template';
import { entries, type JsonObject, member, stringMember } from '../../src/private/json';
import { fastApiApp } from '../integrations/fixture';
import { pythonEnvironment, pythonOf } from '../support/fastapi-python';
import { LambdaProcess } from '../support/lambda-process';

/** Authorizers that read their event with the classes that Powertools has for it, and answer with what they read. */
const FUNCTIONS = {
  'by_token.py': `
from aws_lambda_powertools.utilities.data_classes.api_gateway_authorizer_event import APIGatewayAuthorizerTokenEvent

def handler(event, context):
    parsed = APIGatewayAuthorizerTokenEvent(event)
    return [parsed.get_type, parsed.authorization_token, parsed.parsed_arn.http_method, parsed.parsed_arn.resource]
`,
  'by_request.py': `
from aws_lambda_powertools.utilities.data_classes.api_gateway_authorizer_event import APIGatewayAuthorizerRequestEvent

def handler(event, context):
    parsed = APIGatewayAuthorizerRequestEvent(event)
    return [parsed.get_type, parsed.headers["X-Key"], parsed.parsed_arn.http_method, parsed.path, parsed.path_parameters]
`,
  'by_second.py': `
from aws_lambda_powertools.utilities.data_classes.api_gateway_authorizer_event import APIGatewayAuthorizerEventV2

def handler(event, context):
    parsed = APIGatewayAuthorizerEventV2(event)
    return [parsed.get_type, parsed.identity_source, parsed.parsed_arn.http_method, parsed.raw_path, parsed.path_parameters]
`,
};

const REQUEST: LocalRequest = {
  method: 'GET', rawPath: '/items/7', rawQuery: '', headers: [['Authorization', 'Bearer abc'], ['X-Key', 'secret']], body: Buffer.alloc(0), sourceIp: '127.0.0.1',
};
const MATCH = { route: { method: 'GET', path: '/items/{item_id}', functionId: undefined, streaming: false }, parameters: { item_id: '7' } };
const CONTEXT = { apiId: 'abc', stage: 'prod', domainName: 'abc.execute-api.us-east-1.amazonaws.com' };
const ARN = 'arn:aws:execute-api:us-east-1:111111111111:abc/prod/GET/items/7';

/**
 * What API Gateway sends to the function of an authorizer, as the document of its API declares that.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
function authorizerEvent(authorizer: unknown): JsonObject {
  const header = (source: string) => REQUEST.headers.find(([name]) => name.toLowerCase() === source.split('.').at(-1)!.toLowerCase())![1];
  const sources = stringMember(authorizer, 'identitySource')!.split(/, ?/).map(header);
  if (member(authorizer, 'type') === 'token') return { type: 'TOKEN', authorizationToken: sources[0], methodArn: ARN };
  switch (member(authorizer, 'authorizerPayloadFormatVersion')) {
    case '2.0': return { ...httpEvent(REQUEST, MATCH, { ...CONTEXT, stage: '$default' }), type: 'REQUEST', routeArn: ARN, identitySource: sources };
    case '1.0': return { ...restEvent(REQUEST, MATCH, CONTEXT), version: '1.0', type: 'REQUEST', methodArn: ARN, identitySource: sources.join(',') };
    default: return { ...restEvent(REQUEST, MATCH, CONTEXT), type: 'REQUEST', methodArn: ARN };
  }
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'authorizers-'));
afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));

/** An API of each kind of Lambda authorizer, in one assembly; the authorizers' functions are not bundled by CDK. */
function synthesize(): string {
  const code = path.join(directory, 'code');
  fs.mkdirSync(code);
  for (const [file, text] of Object.entries(FUNCTIONS)) fs.writeFileSync(path.join(code, file), text);
  const outdir = path.join(directory, 'cdk.out');
  const app = new App({ outdir, analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Stack');
  const fastApi = fastApiApp([['get', '/items/{item_id}', 'readItem']]);
  const handler = (name: string) => new lambda.Function(stack, `F${name}`, { runtime: lambda.Runtime.PYTHON_3_13, handler: `by_${name}.handler`, code: lambda.Code.fromAsset(code) });
  const [token, request, second] = ['token', 'request', 'second'].map(handler);
  const identitySources = [apigateway.IdentitySource.header('X-Key')];
  const headers = ['$request.header.X-Key', '$request.header.Authorization'];
  new FastApiRestApi(stack, 'Token', { app: fastApi, auth: RestApiAuth.custom(new apigateway.TokenAuthorizer(stack, 'A', { handler: token })) });
  new FastApiRestApi(stack, 'Request', { app: fastApi, auth: RestApiAuth.custom(new apigateway.RequestAuthorizer(stack, 'B', { handler: request, identitySources })) });
  new FastApiHttpApi(stack, 'First', { app: fastApi, auth: HttpApiAuth.custom(new HttpLambdaAuthorizer('C', request, { identitySource: headers })) });
  new FastApiHttpApi(stack, 'Second', {
    app: fastApi, auth: HttpApiAuth.custom(new HttpLambdaAuthorizer('D', second, { identitySource: headers, responseTypes: [HttpLambdaResponseType.SIMPLE] })),
  });
  app.synth();
  return outdir;
}

test('every kind of Lambda authorizer sends the event that its function parses, and no other', async () => {
  const [template] = readTemplates(synthesize());
  const functions = readFunctions(template);
  const python = pythonOf(pythonEnvironment(['awslambdaric', 'aws-lambda-powertools>=3']));
  const running = new Map<string, LambdaProcess>();
  const answer = async (id: string, event: JsonObject) => {
    const process = running.get(id) ?? await LambdaProcess.start(functions.get(id)!, { python, log: path.join(directory, 'log') });
    running.set(id, process);
    return process.invoke(event);
  };
  try {
    const answers: Record<string, unknown> = {};
    const events = new Map<string, JsonObject>();
    for (const [logicalId, resource] of entries(member(template.body, 'Resources'))) {
      const [scheme] = entries(member(resource, 'Properties', 'Body', 'components', 'securitySchemes')).map(([, value]) => value);
      if (scheme === undefined) continue;
      const authorizer = member(scheme, 'x-amazon-apigateway-authorizer');
      const uri = JSON.stringify(member(authorizer, 'authorizerUri'));
      const id = [...functions.keys()].find((key) => uri.includes(key))!;
      events.set(logicalId.replace(/Api\w{8}$/, ''), authorizerEvent(authorizer));
      answers[logicalId.replace(/Api\w{8}$/, '')] = await answer(id, authorizerEvent(authorizer));
    }
    expect(answers).toEqual({
      Token: ['TOKEN', 'Bearer abc', 'GET', 'items/7'],
      Request: ['REQUEST', 'secret', 'GET', '/items/7', { item_id: '7' }],
      First: ['REQUEST', 'secret', 'GET', '/items/7', { item_id: '7' }],
      Second: ['REQUEST', ['secret', 'Bearer abc'], 'GET', '/items/7', { item_id: '7' }],
    });
    const tokenFunction = [...functions.values()].find(({ handler }) => handler === 'by_token.handler')!.logicalId;
    await expect(answer(tokenFunction, events.get('Request')!)).rejects.toThrow(/the function failed: .*KeyError/);
  } finally {
    for (const process of running.values()) await process.stop();
  }
});
