import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differences } from './exchange';
import type { DemoRequest } from './request';
import { Uvicorn } from './uvicorn';
import { httpEvent } from '../../src/local/http-event';
import { sendOverHttp, wholeAnswer } from '../../src/local/http-exchange';
import { LambdaProcess } from '../../src/local/lambda-process';
import { readApis, type LocalApi } from '../../src/local/local-api';
import { readFunctions, type LocalFunction } from '../../src/local/local-function';
import type { LocalRequest } from '../../src/local/local-request';
import { proxyAnswer, type LocalAnswer } from '../../src/local/proxy-answer';
import { restEvent } from '../../src/local/rest-event';
import { matchRoute } from '../../src/local/route';
import { isStreaming, StreamProcess } from '../../src/local/stream-process';
import { readTemplates } from '../../src/local/template';
import { FastApiError } from '../../src/private/errors';
import type { JsonObject } from '../../src/private/json';

/** What is compared. */
export interface Comparison {
  /** Cloud assembly with one API. */
  readonly assembly: string;
  readonly requests: readonly DemoRequest[];
  /** Interpreter with `awslambdaric`, `uvicorn` and the project's dependencies. */
  readonly python: string;
  /** Directory of the project. */
  readonly entry: string;
  readonly entrypoint: string;
  /** Environment of the app; called once for the functions and once for uvicorn, so that each has its own data. */
  readonly environment: (directory: string) => Record<string, string>;
  /** Whether uvicorn too serves below the stage (`--root-path`), for an app whose middleware reads the whole path. Default: no. */
  readonly belowStage?: boolean;
  readonly progress: (done: number, all: number, what: string) => void;
}

/** How one request was answered. */
export interface Compared {
  readonly request: string;
  /** Route of the template that took it. */
  readonly route: string;
  readonly status: number;
  readonly bytes: number;
  readonly differences: readonly string[];
}

const HOST = 'demo0example.execute-api.us-east-1.amazonaws.com';

/** Sends every request to the functions of the assembly and to uvicorn, in order, and compares the answers. */
export async function compare(comparison: Comparison): Promise<Compared[]> {
  const [template, api] = findApi(comparison.assembly);
  const functions = readFunctions(template);
  const scratch = mkdtempSync(join(tmpdir(), 'cdk-fastapi-demo-'));
  const uvicorn = await Uvicorn.start(comparison.python, comparison.entry, comparison.entrypoint, comparison.environment(join(scratch, 'uvicorn')), comparison.belowStage ? `/${api.stage}` : '');
  const runner = new FunctionRunner(functions, comparison.python, comparison.environment(join(scratch, 'lambda')), join(scratch, 'functions.log'));
  try {
    const results: Compared[] = [];
    for (const [index, request] of comparison.requests.entries()) {
      comparison.progress(index, comparison.requests.length, request.operation);
      results.push(await compareOne(request, api, runner, uvicorn));
    }
    comparison.progress(comparison.requests.length, comparison.requests.length, 'done');
    return results;
  } finally {
    await runner.stop();
    await uvicorn.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The operations of the assembly's API that no request reaches; preflight and catch-all routes are none. */
export function unreached(assembly: string, compared: readonly Compared[]): string[] {
  const reached = new Set(compared.map((result) => result.route));
  return findApi(assembly)[1].routes.filter((route) => route.functionId !== undefined && route.method !== 'ANY').map((route) => `${route.method} ${route.path}`).filter((route) => !reached.has(route));
}

function findApi(assembly: string): [ReturnType<typeof readTemplates>[number], LocalApi] {
  for (const template of readTemplates(assembly)) {
    const api = readApis(template)[0];
    if (api !== undefined) return [template, api];
  }
  throw new FastApiError(`the assembly must hold an API, got: ${assembly}`);
}

async function compareOne(request: DemoRequest, api: LocalApi, runner: FunctionRunner, uvicorn: Uvicorn): Promise<Compared> {
  const [rawPath, rawQuery = ''] = request.target.split(/\?(.*)/s);
  const sent: LocalRequest = {
    method: request.method,
    rawPath,
    rawQuery,
    headers: [['host', HOST], ...Object.entries(request.headers)],
    body: request.body,
    sourceIp: '127.0.0.1',
  };
  const match = matchRoute(api.routes, request.method, rawPath);
  const label = `${request.method} ${request.target}`;
  const local = await wholeAnswer(await sendOverHttp(uvicorn.port, sent));
  if (match?.route.functionId === undefined) {
    return { request: label, route: '-', status: 0, bytes: 0, differences: ['no route of the template takes it'] };
  }
  const context = { apiId: 'demo0example', stage: api.stage, domainName: HOST, allBinary: api.allBinary };
  const event = api.kind === 'rest' ? restEvent(sent, match, context) : httpEvent(sent, match, context);
  const route = `${match.route.method} ${match.route.path}`;
  try {
    const deployed: LocalAnswer = await runner.answer(match.route.functionId, sent, event);
    const found = differences(deployed, local, `https://${HOST}${api.stage === '$default' ? '' : `/${api.stage}`}`, `http://${HOST}`);
    if (deployed.status !== request.status) found.push(`status ${deployed.status}, expected ${request.status}`);
    return { request: label, route, status: deployed.status, bytes: deployed.body.length, differences: found };
  } catch (error) {
    if (!FastApiError.isFastApiError(error)) throw error;
    return { request: label, route, status: 502, bytes: 0, differences: [error.message] };
  }
}

/** Runs one function at a time: each holds a whole interpreter, and the requests come in order. */
class FunctionRunner {
  private current: { id: string; process: LambdaProcess | StreamProcess } | undefined;

  public constructor(
    private readonly functions: ReadonlyMap<string, LocalFunction>,
    private readonly python: string,
    private readonly environment: Record<string, string>,
    private readonly log: string,
  ) {}

  public async answer(id: string, request: LocalRequest, event: JsonObject): Promise<LocalAnswer> {
    const running = await this.start(id);
    return running instanceof StreamProcess
      ? wholeAnswer(await running.send(request, event.requestContext as JsonObject))
      : proxyAnswer(await running.invoke(event));
  }

  private async start(id: string): Promise<LambdaProcess | StreamProcess> {
    if (this.current?.id === id) return this.current.process;
    await this.stop();
    const definition = this.functions.get(id);
    if (definition === undefined) throw new FastApiError(`the template must hold the function \`${id}\``);
    const options = { python: this.python, environment: this.environment, log: this.log };
    // Under the Lambda Web Adapter the bundle runs a server of its own; here requests reach it as the adapter sends them.
    const process = isStreaming(definition)
      ? await StreamProcess.start(definition, options)
      : await LambdaProcess.start(definition, options);
    this.current = { id, process };
    return process;
  }

  public async stop(): Promise<void> {
    await this.current?.process.stop();
    this.current = undefined;
  }
}
