import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, type IConstruct, DependencyGroup, type IDependable } from 'constructs';
import { httpBody } from '../../../src/http-api/body/body';
import { restBody } from '../../../src/rest-api/body/body';

interface Built {
  readonly api: CfnResource;
  /** What a program can wait for, by name. */
  readonly targets: Record<string, IDependable>;
}

function restApi(stack: Stack, embodied: boolean): Built {
  const api = new apigateway.RestApi(stack, 'Api');
  if (embodied) restBody(api);
  const model = api.addModel('Model', { schema: { type: apigateway.JsonSchemaType.OBJECT } });
  const items = api.root.addResource('items');
  const method = items.addMethod('GET', new apigateway.MockIntegration());
  const group = new DependencyGroup(new sns.Topic(stack, 'Beside'), method);
  return {
    api: api.node.defaultChild as CfnResource,
    targets: { 'root': api.root, 'resource': items, 'method': method, 'model': model, 'first of methods': api.methods[0], 'L1': method.node.defaultChild!, 'group': group },
  };
}

function httpApi(stack: Stack, embodied: boolean): Built {
  const api = new apigatewayv2.HttpApi(stack, 'Api');
  if (embodied) httpBody(api);
  const [route] = api.addRoutes({ path: '/items', methods: [apigatewayv2.HttpMethod.GET], integration: new HttpUrlIntegration('Url', 'https://example.com') });
  const group = new DependencyGroup(new sns.Topic(stack, 'Beside'), route);
  const integration = api.node.findAll().find((node) => node instanceof apigatewayv2.HttpIntegration)!;
  return { api: api.node.defaultChild as CfnResource, targets: { route, integration, L1: route.node.defaultChild!, group } };
}

/** What can wait, by name: what the program has, and the resources of it that have to wait. */
const SOURCES: Record<string, (stack: Stack) => { source: IConstruct; waiting: IConstruct[] }> = {
  'an L2': (stack) => {
    const source = new sns.Topic(stack, 'Topic');
    return { source, waiting: [source.node.defaultChild!] };
  },
  'an L1': (stack) => {
    const source = new CfnResource(stack, 'Resource', { type: 'AWS::SNS::Topic' });
    return { source, waiting: [source] };
  },
  'a construct that holds some': (stack) => {
    const source = new Construct(stack, 'Holder');
    return { source, waiting: ['One', 'Two'].map((id) => new CfnResource(source, id, { type: 'AWS::SNS::Topic' })) };
  },
};

const TARGETS = {
  rest: ['root', 'resource', 'method', 'model', 'first of methods', 'L1', 'group'],
  http: ['route', 'integration', 'L1', 'group'],
} as const;

const CASES = Object.entries(TARGETS).flatMap(([kind, targets]) => targets.flatMap((target) => Object.keys(SOURCES).map((source) => [source, target, kind] as const)));

test.each(CASES)('%s that waits for the %s of a %s API waits for the API', (source, target, kind) => {
  const dependsOn = (embodied: boolean): string[][] => {
    const stack = new Stack(new App(), 'Stack');
    const { targets } = (kind === 'rest' ? restApi : httpApi)(stack, embodied);
    const made = SOURCES[source](stack);
    made.source.node.addDependency(targets[target]);
    const { Resources } = Template.fromStack(stack).toJSON();
    return made.waiting.map((node) => Resources[stack.getLogicalId(node as CfnResource)].DependsOn ?? []);
  };
  // Natively each waits for something of the API; what is beside it in a group stays.
  for (const ids of dependsOn(false)) expect(ids.filter((id) => id.startsWith('Api'))).not.toEqual([]);
  for (const ids of dependsOn(true)) expect(ids).toEqual([expect.stringMatching(/^Api[0-9A-F]{8}$/), ...target === 'group' ? [expect.stringMatching(/^Beside/)] : []]);
});

test.each(['rest', 'http'])('in another stack the stack waits: %s', (kind) => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const other = new Stack(app, 'Other');
  const { targets } = (kind === 'rest' ? restApi : httpApi)(stack, true);
  new sns.Topic(other, 'Topic').node.addDependency(targets.L1);
  app.synth();
  expect(other.dependencies).toEqual([stack]);
});

test('where routes wait for one another, the API and its deployment wait for nothing', () => {
  const stack = new Stack(new App(), 'Stack');
  const { targets } = restApi(stack, true);
  (targets.method as apigateway.Method).node.addDependency(targets.model);
  const resources = Object.values<{ Type: string; DependsOn?: string[] }>(Template.fromStack(stack).toJSON().Resources);
  for (const type of ['Deployment', 'RestApi']) expect(resources.find(({ Type }) => Type === `AWS::ApiGateway::${type}`)!.DependsOn).toBeUndefined();
});

test('what waits for the whole API is left to the CDK', () => {
  const stack = new Stack(new App(), 'Stack');
  const { api } = httpApi(stack, true);
  const topic = new sns.Topic(stack, 'Topic');
  topic.node.addDependency(api.node.scope!);
  const { Resources } = Template.fromStack(stack).toJSON();
  expect(Resources[stack.getLogicalId(topic.node.defaultChild as CfnResource)].DependsOn).toContain(stack.getLogicalId(api));
});
