import { App, Aspects, CfnOutput, CfnParameter, CfnCondition, Fn, NestedStack, Stack, type IAspect } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { pythonFunction } from './everything';
import type { Value } from './native-view';
import { restBody } from '../../../src/rest-api/body/body';

function newStack(): Stack {
  return new Stack(new App(), 'Stack');
}

/** An API with `GET /items`, embodied. */
function itemsApi(stack: Stack, id = 'Api', props: apigateway.RestApiProps = {}) {
  const api = new apigateway.RestApi(stack, id, props);
  restBody(api);
  const items = api.root.addResource('items');
  const method = items.addMethod('GET', new apigateway.MockIntegration());
  return { api, items, method };
}

function bodies(stack: Stack): Value[] {
  return Object.values<Value>(Template.fromStack(stack).findResources('AWS::ApiGateway::RestApi')).map((resource) => resource.Properties.Body);
}

function bodyOf(stack: Stack): Value {
  return bodies(stack)[0];
}

/** The logical id of the deployment of an API that `build` completes. */
function deploymentId(build: (api: apigateway.RestApi, stack: Stack) => void): string {
  const stack = newStack();
  const { api } = itemsApi(stack);
  build(api, stack);
  return Object.keys(Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'))[0];
}

test('a document names binary types by themselves where the property escapes them', () => {
  const stack = newStack();
  itemsApi(stack, 'Api', { binaryMediaTypes: ['image~1png', 'application/pdf', '*~1*'] });
  const [{ Properties: properties }] = Object.values<Value>(Template.fromStack(stack).findResources('AWS::ApiGateway::RestApi'));
  expect(properties.Body['x-amazon-apigateway-binary-media-types']).toEqual(['image/png', 'application/pdf', '*/*']);
  expect(properties.BinaryMediaTypes).toEqual(['image~1png', 'application/pdf', '*~1*']);
});

describe('when the routes are rendered', () => {
  test('methods added after the body are in it', () => {
    const stack = newStack();
    const { api } = itemsApi(stack);
    api.root.addResource('late').addMethod('POST');
    expect(Object.keys(bodyOf(stack).paths)).toEqual(['/items', '/late']);
  });

  test('methods that an aspect adds are in it', () => {
    const stack = newStack();
    const { api } = itemsApi(stack);
    class AddsRoute implements IAspect {
      public visit(node: IConstruct) {
        if (node === api) api.root.addResource('aspect').addMethod('GET');
      }
    }
    Aspects.of(stack).add(new AddsRoute());
    expect(Object.keys(bodyOf(stack).paths)).toEqual(['/items', '/aspect']);
  });

  test('methods made as L1 constructs are in it', () => {
    const stack = newStack();
    const { api, items } = itemsApi(stack);
    const resource = new apigateway.CfnResource(stack, 'Raw', { restApiId: api.restApiId, parentId: items.resourceId, pathPart: '{id}' });
    new apigateway.CfnMethod(stack, 'RawGet', { restApiId: api.restApiId, resourceId: resource.ref, httpMethod: 'GET', authorizationType: 'NONE', integration: { type: 'MOCK' } });
    expect(bodyOf(stack).paths['/items/{id}']).toEqual({ get: { 'responses': {}, 'x-amazon-apigateway-integration': { type: 'mock' } } });
  });

  test('path parts that objects and constructs have members for are ordinary', () => {
    const stack = newStack();
    const { api } = itemsApi(stack);
    for (const part of ['constructor', '__proto__', 'toString']) {
      new apigateway.Resource(api.root, `part ${part}`, { parent: api.root, pathPart: part }).addMethod('GET');
    }
    expect(Object.keys(bodyOf(stack).paths)).toEqual(['/items', '/constructor', '/__proto__', '/toString']);
  });

  test('two APIs of one stack do not mix', () => {
    const stack = newStack();
    itemsApi(stack, 'One');
    const { api } = itemsApi(stack, 'Two');
    api.root.addMethod('GET');
    expect(bodies(stack).map((body) => Object.keys(body.paths))).toEqual([['/items'], ['/items', '/']]);
  });

  test('an API without a body beside it keeps its resources', () => {
    const stack = newStack();
    itemsApi(stack);
    const other = new apigateway.RestApi(stack, 'Other');
    other.root.addMethod('GET');
    Template.fromStack(stack).resourceCountIs('AWS::ApiGateway::Method', 1);
  });

  test('what a method waits for, the API waits for', () => {
    const stack = newStack();
    const { method } = itemsApi(stack);
    const handler = pythonFunction(stack, 'Handler');
    method.node.addDependency(handler);
    Template.fromStack(stack).hasResource('AWS::ApiGateway::RestApi', { DependsOn: Match.arrayWith([stack.getLogicalId(handler.node.defaultChild as lambda.CfnFunction)]) });
  });

  test.each(['before', 'after'])('what waits for a method by its resource, made %s the API, waits for the API', (when) => {
    const stack = newStack();
    const early = pythonFunction(stack, 'Early');
    const { method } = itemsApi(stack);
    const handler = when === 'before' ? early : pythonFunction(stack, 'Late');
    (handler.node.defaultChild as lambda.CfnFunction).addDependency(method.node.defaultChild as apigateway.CfnMethod);
    Template.fromStack(stack).hasResource('AWS::Lambda::Function', { DependsOn: [Match.stringLikeRegexp('^ApiF70053CD$'), Match.stringLikeRegexp('ServiceRole')] });
  });

  test('an API in another stack than its functions gets their ARNs through exports', () => {
    const app = new App();
    const functions = new Stack(app, 'Functions');
    const stack = new Stack(app, 'Stack');
    const { api } = itemsApi(stack);
    api.root.addMethod('GET', new apigateway.LambdaIntegration(pythonFunction(functions, 'Handler'), { scopePermissionToMethod: false, allowTestInvoke: false }));
    expect(JSON.stringify(bodyOf(stack).paths['/'])).toContain('Fn::ImportValue');
  });
});

describe('the deployment', () => {
  const handler = (stack: Stack, id: string) => new apigateway.LambdaIntegration(pythonFunction(stack, id), { allowTestInvoke: false });
  const unchanged = deploymentId(() => {});

  test('stays where nothing changed', () => expect(deploymentId(() => {})).toBe(unchanged));

  test.each<[string, (api: apigateway.RestApi, stack: Stack) => void]>([
    ['a route', (api) => api.root.addMethod('GET')],
    ['a gateway response', (api) => api.addGatewayResponse('Denied', { type: apigateway.ResponseType.ACCESS_DENIED })],
    ['an integration by override', (api) => (api.root.getResource('items')!.node.findChild('GET').node.defaultChild as apigateway.CfnMethod).addPropertyOverride('Integration.Type', 'HTTP')],
  ])('is a new one with %s', (_what, change) => expect(deploymentId(change)).not.toBe(unchanged));

  test('is a new one for another function', () => {
    expect(deploymentId((api, stack) => api.root.addMethod('GET', handler(stack, 'One')))).not.toBe(deploymentId((api, stack) => api.root.addMethod('GET', handler(stack, 'Two'))));
  });

  test('is a new one for another function name', () => {
    const named = (functionName: string) => deploymentId((api, stack) => api.root.addMethod('GET', new apigateway.LambdaIntegration(pythonFunction(stack, 'One', { functionName }))));
    expect(named('one')).not.toBe(named('two'));
  });

  test('is a new one for another authorizer', () => {
    const withRegex = (validationRegex: string) => deploymentId((api, stack) => api.root.addMethod('GET', undefined, {
      authorizer: new apigateway.TokenAuthorizer(stack, 'Token', { handler: pythonFunction(stack, 'Handler'), validationRegex }),
    }));
    expect(withRegex('a')).not.toBe(withRegex('b'));
  });
});

describe('overrides of a method', () => {
  test('reach the body', () => {
    const stack = newStack();
    const { method } = itemsApi(stack);
    const resource = method.node.defaultChild as apigateway.CfnMethod;
    resource.addPropertyOverride('OperationName', 'listItems');
    resource.addPropertyOverride('Integration.ContentHandling', 'CONVERT_TO_TEXT');
    resource.addPropertyDeletionOverride('Integration.Type');
    expect(bodyOf(stack).paths['/items'].get).toEqual({ 'operationId': 'listItems', 'responses': {}, 'x-amazon-apigateway-integration': { contentHandling: 'CONVERT_TO_TEXT' } });
  });

  test.each(['Unknown', 'Integration.Unknown'])('that the body cannot say are an error: %s', (property) => {
    const stack = newStack();
    const { method } = itemsApi(stack);
    (method.node.defaultChild as apigateway.CfnMethod).addPropertyOverride(property, 1);
    expect(() => Template.fromStack(stack)).toThrow(/`Unknown` of .*Stack\/Api\/Default\/items\/GET\/Resource has no place in an OpenAPI body; remove it, or use `definition: RouteDefinition.RESOURCES`/);
  });

  test('of the API reach the document too', () => {
    const stack = newStack();
    const { api } = itemsApi(stack);
    (api.node.defaultChild as apigateway.CfnRestApi).addPropertyOverride('BinaryMediaTypes', ['image/png']);
    expect(bodyOf(stack)['x-amazon-apigateway-binary-media-types']).toEqual(['image/png']);
  });

  test('of the body itself win', () => {
    const stack = newStack();
    const { api } = itemsApi(stack);
    (api.node.defaultChild as apigateway.CfnRestApi).addPropertyOverride('Body.info.version', '2.0');
    expect(bodyOf(stack).info.version).toBe('2.0');
  });
});

describe('what a body cannot be', () => {
  test.each<[string, (stack: Stack, parts: ReturnType<typeof itemsApi>) => void, RegExp]>([
    ['a reference to a resource', (stack, { items }) => new CfnOutput(stack, 'Out', { value: items.resourceId }),
      /Stack\/Out must not refer to Stack\/Api\/Default\/items\/Resource: it is part of the API's body/],
    ['a reference to a method', (stack, { method }) => new CfnOutput(stack, 'Out', { value: method.methodId }), /Stack\/Out must not refer to Stack\/Api\/Default\/items\/GET\/Resource/],
    ['an authorizer made elsewhere', (_stack, { api }) => api.root.addMethod('GET', undefined, { authorizer: { authorizerId: 'abc', authorizationType: apigateway.AuthorizationType.CUSTOM } }),
      /`authorizer` of the method Stack\/Api\/Default\/GET\/Resource must be an authorizer of this API, got: "abc"/],
    ['a model made elsewhere', (stack, { api }) => api.root.addMethod('GET', undefined, { requestModels: { 'application/json': apigateway.Model.fromModelName(stack, 'M', 'Unknown') } }),
      /a model of the method .* must be a model of this API, got: "Unknown"/],
    ['documentation parts', (stack, { api }) => new apigateway.CfnDocumentationPart(stack, 'Doc', { restApiId: api.restApiId, location: { type: 'API' }, properties: '{}' }), /Stack\/Doc cannot document an API/],
    ['a method in a nested stack', (stack, { api }) => new apigateway.CfnMethod(new NestedStack(stack, 'Nested'), 'M', { restApiId: api.restApiId, resourceId: api.restApiRootResourceId, httpMethod: 'GET' }),
      /Stack\/Nested\/M must be in the stack of the API \(Stack\), got: Stack\/Nested/],
    ['a method of another API\'s resource', (_stack, { api, items }) => new apigateway.CfnMethod(items, 'M', { restApiId: api.restApiId, resourceId: 'abc', httpMethod: 'GET' }),
      /the method Stack\/Api\/Default\/items\/M must belong to a resource of this API, got: "abc"/],
    ['a condition', (stack, { method }) => {
      const condition = new CfnCondition(stack, 'If', { expression: Fn.conditionEquals(new CfnParameter(stack, 'P').valueAsString, 'x') });
      (method.node.defaultChild as apigateway.CfnMethod).cfnOptions.condition = condition;
    }, /`cfnOptions.condition` of Stack\/Api\/Default\/items\/GET\/Resource has no place/],
    ['a resource policy that names the API', (_stack, { api }) => (api.node.defaultChild as apigateway.CfnRestApi).policy = { Resource: api.arnForExecuteApi() } as never, /must not refer to the API itself/],
    ['two integration responses without a pattern', (_stack, { api }) => api.root.addMethod('GET', new apigateway.MockIntegration({ integrationResponses: [{ statusCode: '200' }, { statusCode: '201' }] })),
      /`selectionPattern` must be different .* got twice: default/],
    ['two gateway responses of one type', (_stack, { api }) => ['A', 'B'].forEach((id) => api.addGatewayResponse(id, { type: apigateway.ResponseType.DEFAULT_4XX })),
      /must be the only gateway response of its type, got: a second one of DEFAULT_4XX beside Stack\/[^;]+;/],
    ['definitions in a model', (_stack, { api }) => api.addModel('M', { schema: { definitions: { a: {} } } }), /must not have `definitions`/],
    ['two authorizers of one name', (stack, { api }) => ['A', 'B'].forEach((id) => api.root.addResource(id).addMethod('GET', undefined, {
      authorizer: new apigateway.TokenAuthorizer(stack, id, { handler: pythonFunction(stack, `F${id}`), authorizerName: 'same' }),
    })), /`authorizerName` must be different .* got twice: same/],
  ])('%s', (_what, build, message) => {
    const stack = newStack();
    build(stack, itemsApi(stack));
    expect(() => Template.fromStack(stack)).toThrow(message);
  });

  test('all problems are said together', () => {
    const stack = newStack();
    const { items, method } = itemsApi(stack);
    new CfnOutput(stack, 'Out', { value: items.resourceId });
    (method.node.defaultChild as apigateway.CfnMethod).addPropertyOverride('Unknown', 1);
    expect(() => Template.fromStack(stack)).toThrow(/Stack\/Out must not refer[^]*`Unknown` of/);
  });
});
