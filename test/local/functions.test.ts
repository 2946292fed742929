import * as fs from 'fs';
import { connect } from 'net';
import * as path from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Table, AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FastApiApp, FastApiHttpApi, FastApiStreamingFunctionUrl, HttpApiAuth, IntegrationPattern } from '../../src';
import { freePort } from '../../src/local/http-exchange';
import { call, serving, until } from '../support/local-session';
import { pyproject, smallProject, sharedCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

const MAIN = `
import os, sys
from fastapi import FastAPI

app = FastAPI()


@app.get("/version")
def version() -> list[object]:
    return [sys.version_info[0], sys.version_info[1], os.environ.get("TABLE"), os.environ.get("GREETING")]
`;

/** Functions that do what functions should not. */
const HANDLERS = {
  malformed: 'return {"status": 1}',
  nothing: 'return None',
  text: 'return "just text"',
  no_json: 'return {1, 2}',
  hang: 'import time; time.sleep(60)',
  exit: 'import os; os._exit(7)',
  greedy: 'held = bytearray(400_000_000); import time; time.sleep(20); return {"statusCode": 200}',
  raises: 'raise ValueError("no such luck")',
  large: 'return {"statusCode": 200, "body": "x" * 7_000_000}',
  layer: 'import in_layer; return {"statusCode": 200, "body": in_layer.NAME}',
};

sharedCache();
let project: TemporaryProject;
let out: string;

beforeAll(() => {
  project = smallProject({ 'api/main.py': MAIN, 'api/pyproject.toml': pyproject(['fastapi>=0.135']), 'layer/python/in_layer.py': 'NAME = "from the layer"\n' });
  out = path.join(project.entry, 'cdk.out');
  const app = new App({ outdir: out, analyticsReporting: false });
  const runtime = new lambda.Runtime(`python${testPython().minor}`, lambda.RuntimeFamily.PYTHON, { supportsInlineCode: true });
  const fastApi = FastApiApp.fromDirectory(path.join(project.entry, 'api'), { runtime });
  const stack = new Stack(app, 'Good');
  const table = new Table(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } });
  new FastApiHttpApi(stack, 'Api', {
    app: fastApi, auth: HttpApiAuth.none(), pattern: IntegrationPattern.SHARED, functionOptions: { environment: { TABLE: table.tableName, GREETING: 'hello' } },
  });
  new FastApiStreamingFunctionUrl(stack, 'Url', { app: fastApi, auth: lambda.FunctionUrlAuthType.NONE });

  const odd = new Stack(app, 'Odd');
  const api = new HttpApi(odd, 'Odd');
  const layers = [
    new lambda.LayerVersion(odd, 'Layer', { code: lambda.Code.fromAsset(path.join(project.entry, 'layer')) }),
    lambda.LayerVersion.fromLayerVersionArn(odd, 'Foreign', 'arn:aws:lambda:us-east-1:123456789012:layer:elsewhere:1'),
  ];
  const route = (name: string, handler: lambda.IFunction) => api.addRoutes({ path: `/${name}`, methods: [HttpMethod.GET], integration: new HttpLambdaIntegration(name, handler) });
  for (const [name, body] of Object.entries(HANDLERS)) {
    route(name, new lambda.Function(odd, `F${name}`, {
      runtime, handler: 'index.handler', timeout: Duration.seconds(name === 'hang' ? 1 : 30), memorySize: name === 'greedy' ? 200 : 512,
      layers: name === 'layer' ? layers : [],
      code: lambda.Code.fromInline(`def handler(event, context):\n    ${body}\n`),
    }));
  }
  route('broken', new lambda.Function(odd, 'Broken', { runtime, handler: 'index.handler', code: lambda.Code.fromInline('import nowhere_to_be_found\n') }));
  const node = (name: string, code: string) => route(name, new lambda.Function(odd, `N${name}`, { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline(code) }));
  node('promise', 'exports.handler = async (event, context) => ({ statusCode: 200, body: event.rawPath + " " + context.functionName })');
  node('callback', 'exports.handler = (event, context, done) => setTimeout(() => done(null, { statusCode: 201 }), 10)');
  node('throws', 'exports.handler = async () => { throw new Error("no such luck"); }');
  node('unloadable', 'import nothing from "nowhere"; export const handler = 1');
  app.synth();
});
afterAll(() => project.remove());

test('what goes wrong in a function is a 502 with the reason in the log, and the next request is answered', async () => {
  await serving({ assembly: out, stacks: ['Odd'] }, async (url, heard) => {
    const asked = async (name: string) => {
      const answer = await call(`${url('Odd')}${name}`);
      const body = await answer.text();
      await until(() => heard.requests.some(({ route }) => route === `GET /${name}`));
      return [answer.status, body, heard.requests.findLast(({ route }) => route === `GET /${name}`)!.note];
    };
    const failed = (reason: unknown) => [502, '{"message":"Internal Server Error"}', reason];
    // Without a status code anything but nothing is the body of a good answer: payload format 2.0 says so.
    expect(await asked('malformed')).toEqual([200, '{"status":1}', undefined]);
    expect(await asked('text')).toEqual([200, 'just text', undefined]);
    expect(await asked('nothing')).toEqual(failed(expect.stringContaining('must answer with a `statusCode`, got: null')));
    expect(await asked('no_json')).toEqual(failed(expect.stringMatching(/Runtime\.MarshalError: /)));
    expect(await asked('hang')).toEqual(failed('Task timed out after 1.00 seconds'));
    expect(await asked('exit')).toEqual(failed('Runtime exited with error: exit status 7'));
    expect(await asked('raises')).toEqual(failed('ValueError: no such luck'));
    expect(await asked('large')).toEqual(failed(expect.stringMatching(/^the answer has 70\d+ bytes, and Lambda takes 6291456$/)));
    expect(await asked('broken')).toEqual(failed(expect.stringContaining("No module named 'nowhere_to_be_found'")));
    expect(await asked('layer')).toEqual([200, 'from the layer', undefined]);
    expect(heard.notices).toContainEqual(expect.stringMatching(/is run without its layer arn:.*:layer:elsewhere:1, which is not in the assembly/));
    expect(await asked('promise')).toEqual([200, expect.stringMatching(/^\/promise Npromise/), undefined]);
    expect((await asked('callback'))[0]).toBe(201);
    expect(await asked('throws')).toEqual(failed('Error: no such luck'));
    expect(await asked('unloadable')).toEqual(failed(expect.stringContaining('nowhere')));
    expect(await asked('exit')).toEqual(failed('Runtime exited with error: exit status 7')); // started again, and ended again
  });
});

const LINUX = process.platform === 'linux' ? test : test.skip;
LINUX('a function that takes more memory than it has is ended', async () => {
  await serving({ assembly: out, stacks: ['Odd'] }, async (url, heard) => {
    expect((await call(`${url('Odd')}greedy`)).status).toBe(502);
    expect(heard.requests).toMatchObject([{ note: 'Runtime exited with error: signal: killed (Runtime.OutOfMemory)' }]);
  });
});

test('variables that a deployment makes are named with the first request, and may be given', async () => {
  const [three, minor] = testPython().minor.split('.').map(Number);
  await serving({ assembly: out, stacks: ['Good'] }, async (url, heard) => {
    expect(heard.notices).toEqual([]);
    expect(await (await call(`${url('Api')}version`)).json()).toEqual([three, minor, null, 'hello']);
    await call(`${url('Api')}version`);
    expect(heard.notices).toEqual([expect.stringMatching(/is run without TABLE, whose values? a deployment makes; give (it|them) with --env or --env-file/)]);
  });
  await serving({ assembly: out, stacks: ['Good'], environment: { TABLE: 'given' } }, async (url, heard) => {
    expect(await (await call(`${url('Api')}version`)).json()).toEqual([three, minor, 'given', 'hello']);
    expect(heard.notices).toEqual([]);
  });
});

test('a function of a Python that this machine lacks runs from its source environment, in the nearest version', async () => {
  const other = path.join(project.entry, 'other.out');
  fs.cpSync(out, other, { recursive: true });
  const file = path.join(other, 'Good.template.json');
  // A version that no machine has.
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll(`python${testPython().minor}`, 'python3.99'));
  await serving({ assembly: other, stacks: ['Good'] }, async (url, heard) => {
    for (const key of ['Api', 'Url']) {
      const answer = await call(`${url(key)}version`);
      expect([key, answer.status, (await answer.json()).slice(0, 2)]).toEqual([key, 200, testPython().minor.split('.').map(Number)]);
    }
    expect(heard.notices.filter((text) => text.includes('3.99'))).toEqual([
      `Python 3.99 is not on this machine: main:app is run with Python ${testPython().version} from its source environment; \`uv python install 3.99\` brings the bundle's own`,
    ]);
  });
  // Without the project nothing can run it.
  const api = path.join(project.entry, 'api');
  fs.renameSync(api, `${api}-moved`);
  try {
    await serving({ assembly: other, stacks: ['Good'] }, async (url, heard) => {
      expect((await call(`${url('Api')}version`)).status).toBe(502);
      expect(heard.requests[0].note).toMatch(/of Python 3\.99 needs that version on this machine, got: .*; install it, for example with `uv python install 3\.99`/);
    });
  } finally {
    fs.renameSync(`${api}-moved`, api);
  }
});

test('a debugger is waited for, attaches, and may take its time', async () => {
  const debugPort = await freePort();
  await serving({ assembly: out, stacks: ['Good'], apis: ['Api'], debugPort }, async (url, heard) => {
    let answered = false;
    const answer = call(`${url('Api')}version`).then((done) => {
      answered = true;
      return done;
    });
    await until(() => heard.notices.length > 0);
    expect(heard.notices).toContainEqual(expect.stringMatching(new RegExp(`waits for a debugger on 127\\.0\\.0\\.1:${debugPort}$`)));
    const debug = await DebugClient.attach(debugPort);
    expect(answered).toBe(false); // it waits until the debugger says so
    debug.send('configurationDone');
    expect((await answer).status).toBe(200);
    debug.close();
    // An edit is served, without a second one to wait for.
    project.write({ 'api/main.py': MAIN.replace('sys.version_info[0]', '"edited"') });
    try {
      await until(async () => (await (await call(`${url('Api')}version`)).json())[0] === 'edited');
      expect((await (await call(`${url('Api')}version`)).json())[0]).toBe('edited');
    } finally {
      project.write({ 'api/main.py': MAIN });
    }
  });
});

/** As much of the Debug Adapter Protocol as attaching takes. */
class DebugClient {
  public static async attach(port: number): Promise<DebugClient> {
    for (let attempt = 0; ; attempt++) {
      try {
        const client = new DebugClient(await new Promise((resolve, reject) => {
          const socket = connect(port, '127.0.0.1', () => resolve(socket)).once('error', reject);
        }));
        client.send('initialize', { adapterID: 'test' });
        client.send('attach', { justMyCode: true });
        await client.heard('initialized');
        return client;
      } catch (error) {
        if (attempt > 300) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  private text = '';
  private sequence = 0;

  private constructor(private readonly socket: ReturnType<typeof connect>) {
    socket.on('data', (chunk: Buffer) => { this.text += chunk.toString(); });
  }

  public send(command: string, args: object = {}): void {
    const body = JSON.stringify({ seq: ++this.sequence, type: 'request', command, arguments: args });
    this.socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  public close(): void {
    this.socket.destroy();
  }

  private async heard(event: string): Promise<void> {
    await until(() => this.text.includes(`"event": "${event}"`) || this.text.includes(`"event":"${event}"`));
  }
}
