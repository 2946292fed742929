import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import { OpenApiSource } from '../../src/app/open-api-source';
import { RestApiAuth } from '../../src/rest-api/auth';
import { FastApiAgentTools } from '../../src/rest-api/fast-api-agent-tools';
import { FastApiRestApi, type FastApiRestApiProps } from '../../src/rest-api/fast-api-rest-api';
import { documentOf, fastApiApp, messageOf, ROWS, stack, type Row } from '../integrations/fixture';

interface More { readonly description?: string; readonly body?: string; readonly streaming?: boolean }

function appOf(rows: readonly (readonly [...Row, more?: More])[]) {
  const document = documentOf(rows.map(([method, path, id, tag]): Row => [method, path, id, tag]));
  for (const [method, path, , , more = {}] of rows) {
    const operation = (document.paths as Record<string, Record<string, Record<string, unknown>>>)[path.replace(/:\w+\}/g, '}')][method];
    Object.assign(operation, { 'summary': 'Short', 'description': more.description, 'x-streaming': more.streaming });
    if (more.body) operation.requestBody = { content: { [more.body]: { schema: {} } } };
  }
  return fastApiApp([], { openApi: OpenApiSource.fromDocument(JSON.parse(JSON.stringify(document))) });
}

function tools(props: Partial<FastApiRestApiProps>, operations?: string[], within: Stack = stack()): { made: FastApiAgentTools; stack: Stack } {
  const api = new FastApiRestApi(within, 'Api', { app: fastApiApp(), cloudWatchRole: false, ...props });
  const gatewayRole = new iam.Role(within, 'GatewayRole', { assumedBy: new iam.ServicePrincipal('bedrock-agentcore.amazonaws.com') });
  return { made: new FastApiAgentTools(within, 'Tools', { api, gatewayIdentifier: 'gateway-a1b2c3d4e5', gatewayRole, operations }), stack: within };
}

const ADAPTER = 'arn:aws:lambda:eu-central-1:123456789012:layer:Adapter:1';

test('a target with a filter, a name and a description for each operation, and the right for just those', () => {
  const app = appOf([['get', '/items/{item_id}', 'readItem', 'x', { description: 'Reads an item' }], ['put', '/items/{item_id}', 'updateItem', 'x', { body: 'application/json' }], ['get', '/hello', 'sayHello']]);
  const { made, stack: within } = tools({ app }, ['readItem', 'updateItem', 'readItem']);
  expect(made.target.node.path).toBe('Stack/Tools/Target');
  const template = Template.fromStack(within);
  template.hasResource('AWS::BedrockAgentCore::GatewayTarget', {
    Properties: {
      Name: Match.stringLikeRegexp('^[0-9a-zA-Z](-?[0-9a-zA-Z])*$'),
      GatewayIdentifier: 'gateway-a1b2c3d4e5',
      CredentialProviderConfigurations: [{ CredentialProviderType: 'GATEWAY_IAM_ROLE' }],
      TargetConfiguration: {
        Mcp: {
          ApiGateway: {
            RestApiId: { Ref: Match.stringLikeRegexp('^Api') },
            Stage: { Ref: Match.stringLikeRegexp('^ApiDeploymentStage') },
            ApiGatewayToolConfiguration: {
              ToolFilters: [{ FilterPath: '/items/{item_id}', Methods: ['GET', 'PUT'] }],
              ToolOverrides: [
                { Name: 'readItem', Description: 'Reads an item', Path: '/items/{item_id}', Method: 'GET' },
                { Name: 'updateItem', Description: 'Short', Path: '/items/{item_id}', Method: 'PUT' },
              ],
            },
          },
        },
      },
    },
    DependsOn: Match.arrayWith([Match.stringLikeRegexp('^ApiDeploymentStage'), Match.stringLikeRegexp('^GatewayRoleDefaultPolicy')]),
  });
  // The gateway reads parameters and schemas out of the deployed API.
  const [rest] = Object.values(template.findResources('AWS::ApiGateway::RestApi'));
  expect(rest.Properties.Body.paths['/items/{item_id}'].get).toMatchObject({ operationId: 'readItem', parameters: [{ name: 'item_id', in: 'path' }] });
  const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
  const resources = policy.Properties.PolicyDocument.Statement.flatMap(({ Resource }: { Resource: unknown }) => Resource);
  expect(resources.map((resource: { 'Fn::Join': [string, unknown[]] }) => resource['Fn::Join'][1].at(-1))).toEqual(['/prod/GET/items/?*', '/prod/PUT/items/?*']);
});

test('all that can be tools, the others are named with the reason; public ones need no right', () => {
  const app = appOf([
    ['get', '/hello', 'sayHello'], ['get', '/lines', 'lines', 'x', { streaming: true }], ['post', '/upload', 'upload', 'x', { body: 'multipart/form-data' }],
    ['get', '/files/{p:path}', 'files'], ['post', '/things', 'add', 'x', { body: 'application/merge-patch+json' }],
  ]);
  const { made, stack: within } = tools({ app, auth: RestApiAuth.none(), adapterLayerArn: ADAPTER });
  const said = made.node.metadata.map(({ data }) => String(data)).join('\n');
  expect(said.match(/cannot be a tool: /g)).toHaveLength(3);
  expect(said).toContain('`lines` (GET /lines) cannot be a tool: a tool answers as a whole, and the operation streams');
  expect(said).toContain('`upload` (POST /upload) cannot be a tool: a tool sends JSON, and the operation takes multipart/form-data');
  expect(said).toContain('`files` (GET /files/{p}) cannot be a tool: an agent gateway takes no route with a parameter that takes slashes');
  const template = Template.fromStack(within);
  template.resourceCountIs('AWS::IAM::Policy', 0);
  template.hasResourceProperties('AWS::BedrockAgentCore::GatewayTarget', {
    TargetConfiguration: {
      Mcp: {
        ApiGateway: {
          ApiGatewayToolConfiguration: {
            ToolFilters: [{ FilterPath: '/hello', Methods: ['GET'] }, { FilterPath: '/things', Methods: ['POST'] }],
          },
        },
      },
    },
  });
});

test('operations that share a name are tools under their qualified names', () => {
  const { stack: within } = tools({}, ['users.list.get', 'orders.list.get', 'constructor']);
  const [target] = Object.values(Template.fromStack(within).findResources('AWS::BedrockAgentCore::GatewayTarget'));
  const names = target.Properties.TargetConfiguration.Mcp.ApiGateway.ApiGatewayToolConfiguration.ToolOverrides.map(({ Name }: { Name: string }) => Name);
  expect(names).toEqual(['users_list_get', 'orders_list_get', 'constructor']);
});

describe('what is refused', () => {
  test('operations that were named and cannot be tools, all of them together', () => {
    const app = appOf([['get', '/lines', 'lines', 'x', { streaming: true }], ['post', '/upload', 'upload', 'x', { body: 'multipart/form-data' }]]);
    const message = messageOf(() => tools({ app, adapterLayerArn: ADAPTER }, ['lines', 'upload', 'nothing']));
    expect(message).toMatch(/^`operations` of FastApiAgentTools: .*no operation of this name, got: nothing/);
    expect(message).toContain('`lines` (GET /lines) cannot be a tool');
    expect(message).toContain('`upload` (POST /upload) cannot be a tool');
    expect(messageOf(() => tools({ app, adapterLayerArn: ADAPTER }))).toContain('there must be an operation that can be a tool, got: none; `lines`');
    expect(messageOf(() => tools({}, []))).toContain('must name at least one operation, got: []');
  });

  test('two operations of one tool name', () => {
    const app = fastApiApp([['get', '/a', 'read-all'], ['get', '/b', 'read all'], ['get', '/c', 'read_all']]);
    expect(messageOf(() => tools({ app }))).toMatch(/each tool must have a name of its own, got: `\w+` for `.*` \(GET \/\w\) and for `.*` \(GET \/\w\); rename/);
  });

  test('who asks for what a gateway does not have', () => {
    const within = stack();
    const auth = RestApiAuth.cognito({ userPools: [new cognito.UserPool(within, 'Pool')] });
    expect(messageOf(() => tools({ auth }, ['sayHello'], within))).toContain('the gateway signs with its role, and the operation asks for COGNITO_USER_POOLS; protect it by IAM');
    expect(messageOf(() => tools({ defaultMethodOptions: { apiKeyRequired: true } }, ['sayHello']))).toContain('wants both a signature and an API key');
    expect(messageOf(() => tools({ endpointConfiguration: { types: [apigateway.EndpointType.PRIVATE] } }, ['sayHello']))).toContain('must have a public endpoint, got: PRIVATE');
    expect(messageOf(() => tools({ deploy: false }, ['sayHello']))).toContain('needs a stage, got: none');
  });

  test('nothing is left behind', () => {
    const within = stack();
    messageOf(() => tools({ app: fastApiApp(ROWS) }, ['nothing'], within));
    Template.fromStack(within).resourceCountIs('AWS::IAM::Policy', 0);
  });
});
