import { App, CfnOutput, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3deploy from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { RuntimeConfig } from '../../src/access/runtime-config';

/** Registers itself as the API constructs do. */
class Registered extends Construct {
  public readonly url: string;

  constructor(scope: Construct, id: string, key = id) {
    super(scope, id);
    const api = new apigateway.RestApi(this, 'Api');
    api.root.addMethod('GET');
    this.url = api.url;
    RuntimeConfig.ensure(this)._register(key, this.url);
  }
}

function deployConfig(stack: Stack, source = RuntimeConfig.ensure(stack).bucketSource()): s3deploy.BucketDeployment {
  return new s3deploy.BucketDeployment(stack, 'Deploy', { sources: [source], destinationBucket: new s3.Bucket(stack, 'Website') });
}

/** The file as the bucket deployment would write it: its one marker replaced, references shown as `${name}`. */
function deployedFile(stack: Stack): Record<string, Record<string, string>> {
  const [deployment] = Object.values(Template.fromStack(stack).findResources('Custom::CDKBucketDeployment'));
  const [markers] = deployment.Properties.SourceMarkers as Record<string, unknown>[];
  const [text, ...others] = Object.values(markers);
  expect(others).toEqual([]);
  const show = (part: unknown): string => {
    if (typeof part === 'string') return part;
    const [[intrinsic, argument]] = Object.entries(part as object);
    return intrinsic === 'Fn::Join' ? (argument as [string, unknown[]])[1].map(show).join((argument as [string])[0]) : `\${${JSON.stringify(argument).replaceAll('"', '')}}`;
  };
  return JSON.parse(show(text));
}

describe('one configuration per stage', () => {
  test('every construct of an app without stages shares it', () => {
    const app = new App();
    const [a, b] = [new Stack(app, 'A'), new Stack(app, 'B')];
    expect(RuntimeConfig.of(b)).toBeUndefined();
    RuntimeConfig.ensure(a).set('auth', 'pool', 'p');
    expect(RuntimeConfig.of(b)!.get('auth', 'pool')).toBe('p');
    expect(RuntimeConfig.ensure(app).get('auth', 'pool')).toBe('p');
  });

  test('a nested stage has its own', () => {
    const app = new App();
    const outer = new Stage(app, 'Outer');
    const inner = new Stage(outer, 'Inner');
    RuntimeConfig.ensure(new Stack(outer, 'S')).set('apis', 'MyApi', 'outer');
    expect(RuntimeConfig.of(inner)).toBeUndefined();
    RuntimeConfig.ensure(new Stack(inner, 'S')).set('apis', 'MyApi', 'inner');
    expect(RuntimeConfig.of(outer)!.get('apis', 'MyApi')).toBe('outer');
    expect(RuntimeConfig.of(inner)!.get('apis', 'MyApi')).toBe('inner');
    expect(RuntimeConfig.of(app)).toBeUndefined();
  });

  test('a tree without an app has one too', () => {
    const scope = new Construct(undefined as unknown as Construct, '');
    RuntimeConfig.ensure(scope).set('apis', 'A', 'a');
    expect(RuntimeConfig.ensure(new Construct(scope, 'Child')).config.apis).toEqual({ A: 'a' });
  });
});

describe('config.apis', () => {
  test('a spread assignment adds a key and leaves the others', () => {
    const stack = new Stack(new App(), 'S');
    const api = new Registered(stack, 'First');
    RuntimeConfig.ensure(stack).config.apis = { ...RuntimeConfig.ensure(stack).config.apis, MyApi: 'https://my.example/' };
    expect(RuntimeConfig.ensure(api).config.apis).toEqual({ First: api.url, MyApi: 'https://my.example/' });
  });

  test('a write in place throws, also on an object that was read before', () => {
    const { config } = RuntimeConfig.ensure(new Stack(new App(), 'S'));
    config.apis = { A: 'a' };
    expect(() => { config.apis.B = 'b'; }).toThrow(TypeError);
    expect(() => { config.apis.A = 'b'; }).toThrow(TypeError);
    expect(() => { delete config.apis.A; }).toThrow(TypeError);
    expect(config.apis).toEqual({ A: 'a' });
  });

  test('a key that the assigned map lacks is removed from the own stack only', () => {
    const app = new App();
    const [a, b] = [new Stack(app, 'A'), new Stack(app, 'B')];
    RuntimeConfig.ensure(a).config.apis = { Mine: 'a', Gone: 'a' };
    RuntimeConfig.ensure(b).config.apis = { ...RuntimeConfig.ensure(b).config.apis, Theirs: 'b' };
    RuntimeConfig.ensure(a).config.apis = { Mine: 'a2' };
    expect(RuntimeConfig.ensure(a).config.apis).toEqual({ Mine: 'a2', Theirs: 'b' });
  });

  test('a spread assignment does not claim the entries of other stacks', () => {
    const app = new App();
    const [a, b, c] = ['A', 'B', 'C'].map((id) => new Stack(app, id));
    RuntimeConfig.ensure(a).config.apis = { Shared: 'a' };
    RuntimeConfig.ensure(b).config.apis = { ...RuntimeConfig.ensure(b).config.apis, Other: 'b' };
    RuntimeConfig.ensure(a).config.apis = { Shared: 'a2' };
    expect(RuntimeConfig.ensure(b).get('apis', 'Shared')).toBe('a2');
    expect(RuntimeConfig.ensure(c).config.apis).toEqual({ Shared: 'a2', Other: 'b' });
  });

  test('the third environment assigns the same key as the first two', () => {
    const app = new App();
    for (const name of ['Dev', 'Staging', 'Prod']) {
      const stack = new Stack(app, name);
      RuntimeConfig.ensure(stack).config.apis = { ...RuntimeConfig.ensure(stack).config.apis, MyApi: name };
    }
    const prod = RuntimeConfig.ensure(app.node.findChild('Prod') as Stack);
    expect(prod.config.apis).toEqual({ MyApi: 'Prod' });
    const reader = RuntimeConfig.ensure(new Stack(app, 'Web')).config.apis;
    expect({ ...reader }).toEqual({});
    expect(() => reader.MyApi).toThrow(/`apis\.MyApi` .* a value in each of Dev, Staging, Prod, and none nearer to Web/);
  });

  test('names that plain objects inherit are ordinary keys', () => {
    const { config } = RuntimeConfig.ensure(new Stack(new App(), 'S'));
    config.apis = { constructor: 'c', toString: 't' } as unknown as Record<string, string>;
    expect(Object.entries(config.apis)).toEqual([['constructor', 'c'], ['toString', 't']]);
    config.apis = {};
    expect(Object.hasOwn(config.apis, 'constructor')).toBe(false);
  });

  test.each([
    ['', 'url'],
    ['__proto__', 'url'],
    ['A', 7],
  ])('key %j with value %j is refused', (key, value) => {
    const config = RuntimeConfig.ensure(new Stack(new App(), 'S'));
    expect(() => config.set('apis', key, value as string)).toThrow(/of a runtime configuration must be/);
  });
});

describe('the same key twice', () => {
  test('by two constructs of one stack is an error that names both and the prop', () => {
    const stack = new Stack(new App(), 'S');
    new Registered(stack, 'One', 'Api');
    expect(() => new Registered(stack, 'Two', 'Api')).toThrow(
      '`runtimeConfigKey` must be unique in a stack, got: "Api" for both S/One and S/Two; give one of them another `runtimeConfigKey`',
    );
  });

  test('in two stacks of one app is normal, and each reader gets its own', () => {
    const app = new App();
    const urls = ['Dev', 'Prod'].map((name) => {
      const api = new Registered(new Stack(app, name), 'MyApi');
      return [RuntimeConfig.ensure(api).get('apis', 'MyApi'), api.url];
    });
    for (const [read, own] of urls) expect(read).toBe(own);
    expect(urls[0][0]).not.toBe(urls[1][0]);
  });

  test.each([true, false])('a user overwrites what a construct registers (user first: %s)', (userFirst) => {
    const stack = new Stack(new App(), 'S');
    const set = () => { RuntimeConfig.ensure(stack).config.apis = { ...RuntimeConfig.ensure(stack).config.apis, MyApi: 'https://api.example/' }; };
    if (userFirst) set();
    new Registered(stack, 'MyApi');
    if (!userFirst) set();
    expect(RuntimeConfig.ensure(stack).get('apis', 'MyApi')).toBe('https://api.example/');
    expect(() => new Registered(stack, 'Again', 'MyApi')).toThrow(/unique in a stack/);
  });

  test('in two nested stacks: their own first, the parent cannot tell, another stack neither', () => {
    const parent = new Stack(new App(), 'Parent');
    const [a, b] = [new NestedStack(parent, 'A'), new NestedStack(parent, 'B')];
    const apis = [new Registered(a, 'MyApi'), new Registered(b, 'MyApi')];
    expect(RuntimeConfig.ensure(a).get('apis', 'MyApi')).toBe(apis[0].url);
    expect(RuntimeConfig.ensure(b).get('apis', 'MyApi')).toBe(apis[1].url);
    expect(() => RuntimeConfig.ensure(parent).get('apis', 'MyApi')).toThrow(/each of Parent\/A, Parent\/B/);
  });

  test('a nested stack is nearer to its parent than another stack is', () => {
    const app = new App();
    const parent = new Stack(app, 'Parent');
    const own = new Registered(new NestedStack(parent, 'Nested'), 'MyApi');
    new Registered(new Stack(app, 'Other'), 'MyApi');
    expect(RuntimeConfig.ensure(parent).get('apis', 'MyApi')).toBe(own.url);
  });
});

describe('bucketSource', () => {
  test('holds apis and other namespaces, also those that are set after it', () => {
    const stack = new Stack(new App(), 'S');
    deployConfig(stack);
    RuntimeConfig.ensure(stack).set('auth', 'quote', 'a "quoted" \\ value');
    const api = new Registered(stack, 'MyApi');
    const id = stack.getLogicalId(api.node.findChild('Api').node.defaultChild as apigateway.CfnRestApi);
    const file = deployedFile(stack);
    expect(Object.keys(file)).toEqual(['apis', 'auth']);
    expect(file.auth).toEqual({ quote: 'a "quoted" \\ value' });
    expect(file.apis.MyApi).toMatch(new RegExp(`^https://\\$\\{${id}\\}\\.execute-api\\..*/\\$\\{.*\\}/$`));
  });

  test('without any value it is still an object with apis', () => {
    const stack = new Stack(new App(), 'S');
    deployConfig(stack);
    expect(deployedFile(stack)).toEqual({ apis: {} });
  });

  test('the order of construction does not change the file', () => {
    const files = [['A', 'B'], ['B', 'A']].map((order) => {
      const stack = new Stack(new App(), 'S');
      for (const key of order) RuntimeConfig.ensure(stack).set('apis', key, key);
      deployConfig(stack);
      return JSON.stringify(deployedFile(stack));
    });
    expect(files[0]).toBe(files[1]);
  });

  test('a website in another stack gets the URL through an export', () => {
    const app = new App();
    const web = new Stack(app, 'Web');
    deployConfig(web);
    const apiStack = new Stack(app, 'ApiStack');
    new Registered(apiStack, 'MyApi');
    expect(deployedFile(web).apis.MyApi).toContain('ApiStack:ExportsOutputRef');
    Template.fromStack(apiStack).hasOutput('*', { Export: { Name: Match.stringLikeRegexp('^ApiStack:ExportsOutputRefMyApi') } });
    expect(web.dependencies).toEqual([apiStack]);
  });

  test('each environment deploys its own URL, and none refers to the other', () => {
    const app = new App();
    const stacks = ['Dev', 'Prod'].map((name) => {
      const stack = new Stack(app, name);
      deployConfig(stack);
      new Registered(stack, 'MyApi');
      return stack;
    });
    for (const stack of stacks) {
      expect(deployedFile(stack).apis.MyApi).not.toContain('ExportsOutput');
      expect(stack.dependencies).toEqual([]);
    }
  });

  test('a reader that cannot tell stops the synth and names the stacks; a source of one stack settles it', () => {
    const build = (pick: boolean) => {
      const app = new App();
      const [dev] = ['Dev', 'Prod'].map((name) => new Registered(new Stack(app, name), 'MyApi'));
      const web = new Stack(app, 'Web');
      deployConfig(web, RuntimeConfig.ensure(pick ? dev : web).bucketSource());
      return web;
    };
    expect(() => Template.fromStack(build(false))).toThrow(/`apis\.MyApi` .*each of Dev, Prod/);
    expect(deployedFile(build(true)).apis.MyApi).toContain('Dev:Exports');
  });

  test('the configuration of the app is read as the deploying stack sees it', () => {
    const app = new App();
    const stack = new Stack(app, 'S');
    RuntimeConfig.ensure(stack).set('apis', 'MyApi', 'own');
    RuntimeConfig.ensure(new Stack(app, 'Other')).set('apis', 'MyApi', 'other');
    deployConfig(stack, RuntimeConfig.ensure(app).bucketSource());
    expect(deployedFile(stack).apis).toEqual({ MyApi: 'own' });
  });

  test('works in a nested stage', () => {
    const app = new App();
    const stack = new Stack(new Stage(app, 'Prod'), 'S');
    new Registered(stack, 'MyApi');
    deployConfig(stack);
    expect(deployedFile(stack).apis.MyApi).toContain('execute-api');
  });

  test('a source of another stage is refused', () => {
    const app = new App();
    const source = RuntimeConfig.ensure(new Stack(new Stage(app, 'Dev'), 'S')).bucketSource();
    const other = new Stack(new Stage(app, 'Prod'), 'S');
    expect(() => deployConfig(other, source)).toThrow(/`bucketSource` must be used in the stage that it comes from, got: one of Dev\/S in Prod\/S\/Deploy/);
  });
});

test('a value read at synth goes into any property', () => {
  const stack = new Stack(new App(), 'S');
  new Registered(stack, 'MyApi');
  new CfnOutput(stack, 'Url', { value: RuntimeConfig.ensure(stack).get('apis', 'MyApi')! });
  Template.fromStack(stack).hasOutput('Url', { Value: { 'Fn::Join': Match.anyValue() } });
});
