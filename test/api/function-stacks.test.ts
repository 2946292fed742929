import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, CfnOutput, CfnParameter, NestedStack, Stack, type StackProps } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { deploy, ITEMS, messages, type Props } from './fixture';
import { RouteDefinition } from '../../src/api/route-definition';
import { OpenApiSource } from '../../src/app/open-api-source';
import { FunctionStack } from '../../src/functions/function-stack';
import { assignStack } from '../../src/functions/stack-assignment';
import { FastApiHttpApi } from '../../src/http-api/fast-api-http-api';
import { FastApiRestApi } from '../../src/rest-api/fast-api-rest-api';
import { deployHttp } from '../http-api/fixture';
import { fastApiApp, messageOf, type Row, stack as newStack } from '../integrations/fixture';
import { type Value } from '../rest-api/body/native-view';

const many = (count: number): Row[] => Array.from({ length: count }, (_, index): Row => ['get', `/r${index}`, `read${index}`]);

/** Five operations on two paths for each five of the count. */
const crud = (count: number): Row[] => Array.from({ length: count / 5 }, (_, index): Row[] => {
  const base = `/widgets${index}`;
  return [['get', base, `list${index}`], ['post', base, `create${index}`], ...(['get', 'put', 'delete'] as const).map((method): Row => [method, `${base}/{id}`, `${method}${index}`])];
}).flat();

/** The templates of an app, by file, the stack of the API first. */
function written(stack: Stack): Value[] {
  const { directory } = (stack.node.root as App).synth();
  const files = fs.readdirSync(directory).filter((file) => file.endsWith('.template.json')).sort((a, b) => Number(a.includes('nested')) - Number(b.includes('nested')));
  return files.map((file) => JSON.parse(fs.readFileSync(path.join(directory, file), 'utf8')));
}

/** Resources of one type in all templates. */
function all(templates: Value[], type: string): Value[] {
  return templates.flatMap(({ Resources }) => Object.values<Value>(Resources)).filter(({ Type }) => Type === type);
}

/** Integrations of a body. */
function integrations(body: Value): Value[] {
  return Object.values<Value>(body.paths).flatMap((item) => Object.values<Value>(item)).map((operation) => operation['x-amazon-apigateway-integration']).filter((each) => each?.type === 'aws_proxy');
}

const nestedOf = (stack: Stack): FunctionStack[] => stack.node.findAll().filter((node) => node instanceof FunctionStack);

describe('functions in nested stacks', () => {
  test.each([
    ['REST', () => deploy({ functionStacks: 20 })],
    ['HTTP', () => deployHttp({ functionStacks: 20 })],
  ])('of %s APIs are invoked by a role that names them alone', (_name, build) => {
    const { stack, body, api } = build();
    const templates = written(stack);
    expect(all(templates, 'AWS::Lambda::Permission')).toEqual([]);
    expect(all([templates[0]], 'AWS::Lambda::Function')).toEqual([]);
    expect(all(templates, 'AWS::Lambda::Function')).toHaveLength(3);
    for (const integration of integrations(body)) {
      const [, nested, role] = /^\$\{(\w+)\.Outputs\.(Role[01])\}$/.exec(integration.credentials['Fn::Sub'] ?? '') ?? [undefined, ...integration.credentials['Fn::GetAtt'] ?? []];
      expect(nested).toMatch(/^Functions\d+x[0-9a-f]{8}$/);
      expect(String(role)).toMatch(/Role[01]$/);
      expect(JSON.stringify(integration.uri)).toContain(`${nested}`);
    }
    for (const made of nestedOf(stack)) {
      const roles = Object.values<Value>(Template.fromStack(made).findResources('AWS::IAM::Role', { Properties: { AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'apigateway.amazonaws.com' } }] } } }));
      expect(roles.length).toBeGreaterThan(0);
      for (const { Properties } of roles) {
        const [statement] = Properties.Policies[0].PolicyDocument.Statement;
        expect(statement).toMatchObject({ Action: 'lambda:InvokeFunction', Effect: 'Allow' });
        expect([statement.Resource].flat().every((resource: Value) => resource['Fn::GetAtt']?.[1] === 'Arn')).toBe(true);
      }
    }
    expect(api.handler('readItem')).toBeInstanceOf(lambda.Function);
    expect(api.handler('readItem').node.path).toBe(`Stack/MyApi/Functions/Stack${assignStack('GET items {}').stack}/GET items {}/Default`);
  });

  test('stand beside those that serve many operations, which stay in the stack of the API', () => {
    const { stack, api } = deploy({ functionStacks: 20, catchAll: true });
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Permission', 1);
    expect(api.router).toBeUndefined();
  });

  test('are made where there are operations: no empty stack', () => {
    expect(nestedOf(deploy({ functionStacks: 20 }, many(1)).stack)).toHaveLength(1);
    expect(nestedOf(deploy({ functionStacks: 0 }).stack)).toHaveLength(0);
  });

  test('with SnapStart are invoked by their alias', () => {
    const { stack } = deploy({ functionStacks: 20, functionOptions: { snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS } }, many(1));
    const [nested] = nestedOf(stack);
    const template = Template.fromStack(nested);
    const alias = { Ref: Match.stringLikeRegexp('Aliaslive') };
    template.hasResourceProperties('AWS::IAM::Role', { Policies: [{ PolicyName: 'Invoke', PolicyDocument: { Statement: [Match.objectLike({ Resource: alias })] } }] });
    template.hasOutput(assignStack('GET r0').output, { Value: alias });
  });

  test('stream, with the invocation of streams and the role', () => {
    const paths = { '/tail': { get: { 'operationId': 'tail', 'x-streaming': true, 'responses': { 200: { description: 'ok' } } } } };
    const app = fastApiApp([], { openApi: OpenApiSource.fromDocument({ openapi: '3.1.0', info: { title: 't', version: '1' }, paths }) });
    const { body, stack } = deploy({ app, functionStacks: 20 });
    const [integration] = integrations(body);
    expect(integration.responseTransferMode).toBe('STREAM');
    expect(JSON.stringify(integration.uri)).toMatch(/Outputs\.Function[0-9a-f]{10}.*response-streaming-invocations/);
    expect(integration.credentials).toBeDefined();
    Template.fromStack(nestedOf(stack)[0]).hasResourceProperties('AWS::Lambda::Function', { Handler: 'cdk_fastapi_runtime/run.sh', Timeout: 900, Layers: [Match.anyValue()] });
  });

  test('share one security group, in the stack of the API', () => {
    const stack = newStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1, subnetConfiguration: [{ name: 'private', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
    new FastApiRestApi(stack, 'MyApi', { app: fastApiApp(ITEMS), functionStacks: 20, functionOptions: { vpc } });
    const templates = written(stack);
    expect(all(templates, 'AWS::EC2::SecurityGroup')).toHaveLength(1);
    expect(all([templates[0]], 'AWS::EC2::SecurityGroup')).toHaveLength(1);
    for (const { Properties } of all(templates, 'AWS::Lambda::Function')) expect(Properties.VpcConfig.SecurityGroupIds).toHaveLength(1);
  });

  test('stand in templates without indentation', () => {
    const { directory } = (deploy({ functionStacks: 20 }).stack.node.root as App).synth();
    for (const file of fs.readdirSync(directory).filter((name) => name.includes('.nested.template'))) {
      expect(fs.readFileSync(path.join(directory, file), 'utf8')).not.toContain('\n');
    }
  });

  test('of an API that is nested itself, and of two APIs in one stack, are told apart', () => {
    const stack = newStack();
    const app = fastApiApp(ITEMS);
    new FastApiRestApi(stack, 'One', { app, functionStacks: 20 });
    new FastApiHttpApi(stack, 'Two', { app, functionStacks: 20 });
    new FastApiRestApi(new NestedStack(stack, 'Inner'), 'Three', { app, functionStacks: 20 });
    expect(all(written(stack), 'AWS::Lambda::Function')).toHaveLength(9);
  });
});

test('logical ids of what is replaced when its id changes are these', () => {
  const names = (props: Props): string[] => {
    const { stack } = deploy(props, [['get', '/items/{item_id}', 'readItem']]);
    return written(stack).flatMap(({ Resources, Outputs = {} }) => [...Object.keys(Resources), ...Object.keys(Outputs)]).filter((id) => /^Functions|GETitems|^MyApi\w*Functions|^Invoke|^Function|^Role/.test(id)).sort();
  };
  expect(names({ functionStacks: 20 })).toMatchInlineSnapshot(`
[
  "Function14c2d3a809",
  "Functions8xa1c8456e",
  "GETitems38DCB6E1",
  "GETitemsLogGroupF581B59C",
  "GETitemsRoleC41C8C9D",
  "Invoke1E23E3F50",
  "Role1",
]
`);
  expect(names({ functionStacks: 0 })).toMatchInlineSnapshot(`
[
  "MyApiFunctionsGETitems5755BE88",
  "MyApiFunctionsGETitemsLogGroupD2A61734",
  "MyApiFunctionsGETitemsPermission3E985675",
  "MyApiFunctionsGETitemsRole288DC208",
]
`);
});

test('the API, its stage and its URL keep their ids when the functions move', () => {
  const kept = (functionStacks: number): string[] => Object.entries<Value>(deploy({ functionStacks }).template.toJSON().Resources)
    .filter(([, { Type }]) => /^AWS::ApiGateway::(RestApi|Stage|Account)$/.test(Type)).map(([id]) => id).sort();
  expect(kept(20)).toEqual(kept(0));
  expect(kept(0)).toHaveLength(3);
});

describe('grants and references', () => {
  test('of tables, keys and queues of the stack reach functions in nested stacks', () => {
    const { stack } = deploy({ functionStacks: 20 }, crud(20), (api, within) => {
      const table = new dynamodb.Table(within, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING }, encryptionKey: new kms.Key(within, 'Key') });
      const queue = new sqs.Queue(within, 'Queue');
      for (const { name } of api.operations) {
        const handler = api.handler(name);
        table.grantReadWriteData(handler);
        queue.grantSendMessages(handler);
        handler.addEnvironment('TABLE', table.tableName);
        handler.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:ListAllMyBuckets'], resources: ['*'] }));
      }
      api.handler('list0').grantInvoke(new iam.Role(within, 'Other', { assumedBy: new iam.AccountRootPrincipal() }));
      new CfnOutput(within, 'Name', { value: api.handler('list1').functionName });
    });
    const templates = written(stack);
    expect(all(templates, 'AWS::IAM::Policy')).toHaveLength(21);
    for (const { Properties } of all(templates, 'AWS::Lambda::Function')) expect(Properties.Environment.Variables.TABLE).toEqual({ Ref: expect.stringMatching(/^referencetoStackTable/) });
    // Of one name the values of the stack are one parameter for all functions of a nested stack.
    for (const { Parameters = {} } of templates.slice(1)) expect(Object.keys(Parameters).length).toBeLessThanOrEqual(4);
  });

  test('of functions to each other, one way, need no more than an order', () => {
    expect(() => deploy({ functionStacks: 20 }, ITEMS, (api) => void api.handler('readItem').grantInvoke(api.handler('listItems')))).not.toThrow();
  });

  const circles: [string, Props, (api: FastApiRestApi, stack: Stack) => void, RegExp][] = [
    ['the id of the API, in its stack', {}, (api) => void api.handler('readItem').addEnvironment('X', api.api.restApiId),
      /^a function must not need the API that needs it, got: Stack\/MyApi\/Api → Stack\/MyApi\/Functions\/GET items \{\} → Stack\/MyApi\/Api; read `event\.requestContext`.*RuntimeConfig/],
    ['the id of the API', { functionStacks: 20 }, (api) => void api.handler('readItem').addEnvironment('X', api.api.restApiId), /got: Stack\/MyApi\/Api → Stack\/MyApi\/Functions\/Stack8\/GET items \{\} → Stack\/MyApi\/Api;/],
    ['the URL, in its stack', {}, (api) => void api.handler('readItem').addEnvironment('X', api.url), /GET items \{\} → Stack\/MyApi\/Api\/DeploymentStage\.prod → .*read `event\.requestContext`/],
    ['the URL', { functionStacks: 20 }, (api) => void api.handler('readItem').addEnvironment('X', api.url), /Stack8\/GET items \{\} → Stack\/MyApi\/Api\/DeploymentStage\.prod/],
    ['the URL, with resources', { definition: RouteDefinition.RESOURCES }, (api) => void api.handler('readItem').addEnvironment('X', api.url), /GET items \{\} → /],
    ['a parameter with the URL', { functionStacks: 20 }, (api, within) => {
      const parameter = new ssm.StringParameter(within, 'Url', { stringValue: api.url });
      api.handler('readItem').addEnvironment('X', parameter.parameterName);
    }, /GET items \{\} → Stack\/Url → /],
    ['a policy with the API', { functionStacks: 20 }, (api) => void api.grantInvokeAccess(api.handler('listItems')), /^a function must not need the API that needs it/],
    ['an order', {}, (api) => api.handler('readItem').node.addDependency(api.api), /^a function must not need the API that needs it/],
    ['functions of each other', { functionStacks: 20 }, (api) => {
      api.handler('readItem').grantInvoke(api.handler('listItems'));
      api.handler('listItems').grantInvoke(api.handler('readItem'));
    }, /^functions and what the API needs must not need each other, got: .*Stack8\/GET items \{\}.* → .*; leave one of the references out/],
  ];
  test.each(circles)('that close a circle are refused: %s', (_name, props, more, message) => {
    expect(messageOf(() => deploy(props, ITEMS, more))).toMatch(message);
  });

  test('of the URL of an HTTP API close a circle too', () => {
    expect(messageOf(() => deployHttp({ functionStacks: 20 }, ITEMS, (api) => void api.handler('readItem').addEnvironment('X', api.url)))).toMatch(/^a function must not need the API that needs it/);
  });

  test('of the id of an API of resources are none', () => {
    expect(() => deploy({ definition: RouteDefinition.RESOURCES, functionStacks: 20 }, ITEMS, (api) => void api.handler('readItem').addEnvironment('X', api.api.restApiId))).not.toThrow();
  });
});

describe('what an API says about its functions', () => {
  const said = (count: number, props: Props = {}): string => messages(deploy(props, many(count)).stack);

  test.each<[number, RegExp | undefined]>([
    [49, undefined],
    [50, /50 operations have functions of their own; above 60 all of them move to nested stacks.*set `functionStacks: 20`/],
    [60, /60 operations have functions of their own; above 60/],
    [61, /61 operations have functions of their own, which therefore stand in nested stacks; set `functionStacks: 20`/],
  ])('with %i operations', (count, message) => {
    if (message) expect(said(count)).toMatch(message);
    else expect(said(count)).not.toContain('functionStacks');
  });

  test('is nothing where its user has chosen', () => {
    expect(said(60, { functionStacks: 0 })).not.toContain('functionStacks');
    expect(said(61, { functionStacks: 20 })).not.toContain('functionStacks');
  });

  test('is a warning where a name would keep a function from moving', () => {
    const stack = newStack();
    const app = fastApiApp(ITEMS);
    const named = FastApiRestApi.defaultIntegrations(stack, app).withOperationOptions('readItem', { functionName: 'reader' }).build();
    new FastApiRestApi(stack, 'MyApi', { app, integrations: named });
    expect(messages(stack)).toMatch(/`functionName` keeps a function from moving to a nested stack.*got: reader for `readItem`/);
  });

  test('is that they move where their stack has no room: 400 resources', () => {
    const filled = (others: number): { nested: boolean; said: string } => {
      const stack = newStack();
      for (let index = 0; index < others; index += 1) new iam.CfnGroup(stack, `Group${index}`);
      new FastApiRestApi(stack, 'MyApi', { app: fastApiApp(many(10)) });
      return { nested: nestedOf(stack).length > 0, said: messages(stack) };
    };
    expect(filled(350).nested).toBe(false);
    expect(filled(351)).toMatchObject({ nested: true, said: expect.stringMatching(/would have about 401 resources, 400 at most/) });
  });
});

describe('log groups', () => {
  const groups = (count: number, options: lambda.FunctionOptions = {}): { functions: number; groups: Value[] } => {
    const { stack } = deploy({ functionOptions: options, catchAll: true }, many(count));
    const templates = written(stack).slice(1);
    return { functions: all(templates, 'AWS::Lambda::Function').length, groups: all(templates, 'AWS::Logs::LogGroup') };
  };

  test('are one for each function up to 600, and one for each nested stack above', () => {
    expect(groups(600).groups).toHaveLength(600);
    const above = groups(601, { logRetention: logs.RetentionDays.ONE_DAY });
    expect(above.functions).toBe(601);
    expect(above.groups).toHaveLength(20);
    for (const { Properties } of above.groups) expect(Properties.RetentionInDays).toBe(1);
  });
});

describe('limits', () => {
  test('600 functions with SnapStart', () => {
    const snapped = (count: number): string => {
      const stack = newStack();
      try {
        new FastApiRestApi(stack, 'MyApi', { app: fastApiApp(many(count)), functionOptions: { snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS } });
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(snapped(600)).toBe('');
    expect(snapped(601)).toMatch(/^`snapStart` adds a version and an alias to each function, and is for 600 isolated operations at most, got: 601/);
  });

  test('480 resources of a template', () => {
    const filled = (count: number) => () => deploy({ functionStacks: 0 }, ITEMS, (_api, stack) => {
      const missing = count - Object.keys(written(stack)[0].Resources).length;
      for (let index = 0; index < missing; index += 1) new iam.CfnGroup(stack, `Group${index}`);
      (stack.node.root as App).synth({ force: true });
    });
    expect(filled(480)).not.toThrow();
    expect(filled(481)).toThrow(/a template must have 480 resources at most, got: 481 in Stack; set `functionStacks: 20`/);
  });

  test.each([
    ['outputs', 190, 2, /IntegrationPattern\.SHARED/, (nested: Stack, index: number) => void new CfnOutput(nested, `O${index}`, { value: 'x' })],
    ['parameters', 190, 0, /use fewer/, (nested: Stack, index: number) => void new CfnParameter(nested, `P${index}`)],
  ])('%s of a nested stack: %i', (what, allowed, own, wayOut, add) => {
    const filled = (count: number) => () => deploy({ functionStacks: 20 }, many(1), (_api, stack) => {
      const [nested] = nestedOf(stack);
      for (let index = own; index < count; index += 1) add(nested, index);
    });
    expect(filled(allowed)).not.toThrow();
    const rule = `a template must have ${allowed} ${what} at most, got: ${allowed + 1} in Stack/MyApi/Functions/Stack\\d+; .*`;
    expect(filled(allowed + 1)).toThrow(new RegExp(rule + wayOut.source));
  });

  test('values of another stack that the functions of a nested stack use are its parameters: 190', () => {
    const filled = (count: number) => () => deploy({ functionStacks: 20 }, many(1), (api, stack) => {
      const handler = api.handler('read0');
      for (let index = 0; index < count; index += 1) handler.addEnvironment(`Q${index}`, new sqs.Queue(stack, `Queue${index}`).queueArn);
    });
    expect(filled(190)).not.toThrow();
    expect(filled(191)).toThrow(/a template must have 190 parameters at most, got: 191 in Stack\/MyApi\/Functions\/Stack\d+/);
  });

  test('900,000 bytes of a nested stack', () => {
    const sized = (bytes: number) => () => {
      const { stack } = deploy({ functionStacks: 20 }, many(1));
      const [nested] = nestedOf(stack);
      nested.templateOptions.metadata = { Filler: '' };
      const { directory } = (stack.node.root as App).synth({ force: true });
      nested.templateOptions.metadata = { Filler: 'x'.repeat(bytes - fs.statSync(path.join(directory, nested.templateFile)).size) };
      (stack.node.root as App).synth({ force: true });
    };
    expect(sized(900_000)).not.toThrow();
    expect(sized(900_001)).toThrow(/a template must have 900000 bytes at most, got: 900001 in Stack\/MyApi\/Functions\/Stack\d+; use `pattern: IntegrationPattern\.SHARED`/);
  });

  test('2,400 resources of a stack and of those nested in it', () => {
    const filled = (count: number) => () => deploy({ functionStacks: 20 }, many(1), (_api, stack) => {
      const known = written(stack).reduce((sum, { Resources }) => sum + Object.keys(Resources).length, 0);
      const others = Array.from({ length: 6 }, (_, index) => new NestedStack(stack, `Other${index}`));
      for (let index = 0; index < count - known - others.length; index += 1) new iam.CfnGroup(others[index % others.length], `Group${index}`);
      (stack.node.root as App).synth({ force: true });
    });
    expect(filled(2400)).not.toThrow();
    expect(filled(2401)).toThrow(/a stack must have 2400 resources at most with those nested in it.*got: 2401 in Stack/);
  });

  test('9.5 KB of the policy of a role: 72 functions', () => {
    const ids = Array.from({ length: 4000 }, (_, index) => index).filter((index) => {
      const { stack, role } = assignStack(`GET r${index}`);
      return stack === 0 && role === 0;
    });
    const chosen = (count: number) => () => deploy({ functionStacks: 20 }, ids.slice(0, count).map((index): Row => ['get', `/r${index}`, `read${index}`]));
    expect(chosen(72)).not.toThrow();
    expect(chosen(73)).toThrow(/a template must have 9728 bytes in the policy of a role at most, got: 9756 in Stack\/MyApi\/Functions\/Stack0/);
  });

  test('two APIs of one stack say one thing once', () => {
    const stack = newStack();
    const app = fastApiApp(ITEMS);
    new FastApiRestApi(stack, 'One', { app });
    new FastApiRestApi(stack, 'Two', { app });
    for (let index = 0; index < 480; index += 1) new iam.CfnGroup(stack, `Group${index}`);
    expect(messageOf(() => (stack.node.root as App).synth()).match(/480 resources at most/g)).toHaveLength(1);
  });
});

describe('many operations (CDK_VALIDATION of newer versions is off)', () => {
  const validation = process.env.CDK_VALIDATION;
  beforeAll(() => { process.env.CDK_VALIDATION = 'false'; });
  afterAll(() => {
    if (validation === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = validation;
  });

  test.each<['REST' | 'HTTP', number, StackProps]>([
    ['REST', 300, {}],
    ['REST', 1000, { suppressTemplateIndentation: true }],
    ['HTTP', 300, {}],
  ])('%s, %i of them', (kind, count, props) => {
    const stack = new Stack(new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack', props);
    const app = fastApiApp(crud(count));
    if (kind === 'REST') new FastApiRestApi(stack, 'MyApi', { app });
    else new FastApiHttpApi(stack, 'MyApi', { app });
    const templates = written(stack);
    expect(all(templates, 'AWS::Lambda::Function')).toHaveLength(count);
    expect(all(templates, 'AWS::Lambda::Permission')).toEqual([]);
    expect(templates).toHaveLength(21);
    expect(templates.reduce((sum, { Resources }) => sum + Object.keys(Resources).length, 0)).toBeLessThanOrEqual(2400);
  });
});
