import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { PythonBundling } from '../../src/bundling/python-bundling';
import { freePort } from '../../src/local/http-exchange';
import type { Json } from '../../src/private/json';
import { LambdaProcess, type RunnableFunction } from '../support/lambda-process';
import { runTestUv, testPython } from '../support/projects';

const ROOT = path.join(__dirname, '../..');
const EVENTS = path.join(ROOT, 'runtime/tests/events');

/** The Lambda Web Adapter where it was built on this machine, else the reason why these tests are left out. */
export function webAdapter(): { readonly program: string } | { readonly missing: string } {
  try {
    const argv = [path.join(ROOT, 'scripts/build-web-adapter.mjs'), '--find'];
    return { program: execFileSync(process.execPath, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim() };
  } catch (error) {
    return { missing: String((error as { stderr?: string }).stderr).trim() };
  }
}

/** The bundle of a project, by default of the one beside this file, made as for a deployment to this machine. */
export function makeBundle(project = path.join(__dirname, 'project'), entrypoint = 'main:app'): string {
  const entry = fs.mkdtempSync(path.join(os.tmpdir(), 'streams-'));
  fs.cpSync(project, entry, { recursive: true });
  runTestUv(entry, 'lock', '--quiet');
  const bundle = PythonBundling.uv()._bundle({
    entry, entrypoint, runtime: testPython().minor, architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
  });
  fs.rmSync(entry, { recursive: true });
  return bundle.directory;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer;
  readonly query?: Record<string, string>;
  /** The request comes through a REST API and not through a function URL. */
  readonly rest?: boolean;
}

/** A streamed answer: what the adapter says first, and the body as it comes. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly cookies: string[];
  readonly body: AsyncGenerator<Buffer>;
  /** Hangs up. */
  readonly leave: () => Promise<void>;
}

/** A streaming function on this machine: bundle, `run.sh` and adapter behind the Lambda Runtime API server. */
export class StreamingFunction {
  public static async start(directory: string, adapter: string, environment: Record<string, string> = {}): Promise<StreamingFunction> {
    const port = await freePort();
    const log = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'streams-log-')), 'log');
    const definition: RunnableFunction = {
      logicalId: 'Streams',
      directory,
      handler: 'cdk_fastapi_runtime/run.sh',
      timeoutSeconds: 120,
      environment: {
        // What the constructs set, with a port that is free.
        AWS_LWA_INVOKE_MODE: 'response_stream',
        AWS_LWA_READINESS_CHECK_PROTOCOL: 'tcp',
        AWS_LWA_PORT: String(port),
        CDK_FASTAPI_APP: 'main:app',
        // Where Lambda has its interpreter.
        PATH: `${path.dirname(testPython().path)}:/usr/bin:/bin`,
        ...environment,
      },
    };
    const process = await LambdaProcess.start(definition, {
      python: testPython().path, log, extensions: [adapter], bootstrap: [path.join(directory, definition.handler)],
    });
    return new StreamingFunction(process, port, log);
  }

  private constructor(public readonly process: LambdaProcess, public readonly port: number, private readonly logFile: string) {}

  /** What the function has printed so far. */
  public get log(): string {
    return fs.readFileSync(this.logFile, 'utf8');
  }

  /** Its log records and metrics. */
  public get records(): Record<string, unknown>[] {
    return this.log.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  }

  public async ask(route: string, asked: Asked = {}): Promise<Answer> {
    return this.send(asked.rest ? restEvent(route, asked) : urlEvent(route, asked));
  }

  /** @param event of a REST API or a function URL */
  public async send(event: Json): Promise<Answer> {
    return streamedAnswer(await this.process.invokeStreaming(event));
  }

  public async stop(): Promise<void> {
    await this.process.stop();
    fs.rmSync(path.dirname(this.logFile), { recursive: true });
  }
}

/** What the adapter says before the body. */
interface Head {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly cookies: string[];
}

/** What a streaming function answers. */
export async function streamedAnswer(response: Response): Promise<Answer> {
  const reader = response.body!.getReader();
  const { head, rest } = await readHead(reader);
  return {
    status: head.statusCode,
    headers: head.headers,
    cookies: head.cookies,
    body: (async function* () {
      if (rest.length > 0) yield rest;
      for (let read = await reader.read(); !read.done; read = await reader.read()) yield Buffer.from(read.value);
    })(),
    leave: async () => reader.cancel(),
  };
}

/** The whole of an answer's body. */
export async function bytesOf({ body }: Answer): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

export async function textOf(answer: Answer): Promise<string> {
  return (await bytesOf(answer)).toString();
}

/** Metadata as JSON, then eight zero bytes, then the body. */
async function readHead(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<{ head: Head; rest: Buffer }> {
  let seen = Buffer.alloc(0);
  for (;;) {
    const end = seen.indexOf(Buffer.alloc(8));
    if (end >= 0) return { head: JSON.parse(seen.subarray(0, end).toString()), rest: seen.subarray(end + 8) };
    const { done, value } = await reader.read();
    if (done) throw new Error(`the function failed: ${seen.toString()}`);
    seen = Buffer.concat([seen, value]);
  }
}

export function urlEvent(route: string, { method = 'GET', headers = {}, body, query = {} }: Asked): Json {
  const event = JSON.parse(fs.readFileSync(path.join(EVENTS, 'function-url.json'), 'utf8'));
  Object.assign(event, { rawPath: route, rawQueryString: new URLSearchParams(query).toString() }, bodyOf(body));
  Object.assign(event.headers, headers);
  Object.assign(event.requestContext.http, { method, path: route });
  return event;
}

export function restEvent(route: string, { method = 'GET', headers = {}, body, query = {} }: Asked): Json {
  const event = JSON.parse(fs.readFileSync(path.join(EVENTS, 'rest.json'), 'utf8'));
  const multi = (values: Record<string, string>) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  Object.assign(event, { path: route, httpMethod: method, queryStringParameters: query, multiValueQueryStringParameters: multi(query) }, bodyOf(body));
  Object.assign(event.headers, headers);
  Object.assign(event.multiValueHeaders, multi(headers));
  Object.assign(event.requestContext, { path: `/prod${route}`, stage: 'prod', httpMethod: method });
  return event;
}

function bodyOf(body: Buffer | undefined): object {
  return body === undefined ? {} : { body: body.toString('base64'), isBase64Encoded: true };
}
