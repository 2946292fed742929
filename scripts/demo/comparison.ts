import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differences } from './exchange';
import type { DemoRequest } from './request';
import { Uvicorn } from './uvicorn';
import { CodeStore } from '../../src/local/functions/code-store';
import { FunctionFleet } from '../../src/local/functions/function-fleet';
import { Guardian } from '../../src/local/functions/guardian';
import { InvocationError } from '../../src/local/functions/invocation-error';
import { httpEvent } from '../../src/local/http-event';
import { sendOverHttp, wholeAnswer } from '../../src/local/http-exchange';
import { readApis, type LocalApi } from '../../src/local/local-api';
import { readFunctions, type LocalFunction } from '../../src/local/local-function';
import type { LocalRequest } from '../../src/local/local-request';
import { proxyAnswer, type LocalAnswer } from '../../src/local/proxy-answer';
import { restEvent } from '../../src/local/rest-event';
import { matchRoute } from '../../src/local/route';
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
    if (request.status !== undefined && deployed.status !== request.status) found.push(`status ${deployed.status}, expected ${request.status}`);
    return { request: label, route, status: deployed.status, bytes: deployed.body.length, differences: found };
  } catch (error) {
    if (!FastApiError.isFastApiError(error) && !(error instanceof InvocationError)) throw error;
    return { request: label, route, status: 502, bytes: 0, differences: [error.message] };
  }
}

/** Runs one function at a time: each holds a whole interpreter, and the requests come in order. */
class FunctionRunner {
  private readonly guardian: Guardian;
  private readonly code: CodeStore;
  private readonly fleet: FunctionFleet;
  private current: string | undefined;

  public constructor(functions: ReadonlyMap<string, LocalFunction>, python: string, environment: Record<string, string>, log: string) {
    const notice = (text: string): void => appendFileSync(log, `${text}\n`);
    this.guardian = new Guardian(python);
    this.code = new CodeStore(this.guardian, notice, false);
    const listener = { printed: (_definition: LocalFunction, text: string) => notice(text), notice };
    this.fleet = new FunctionFleet(functions, { environment, aws: false, limit: 1 }, this.code, this.guardian, listener);
  }

  public async answer(id: string, request: LocalRequest, event: JsonObject): Promise<LocalAnswer> {
    if (this.current !== id) await this.fleet.stop();
    this.current = id;
    const answer = await this.fleet.invoke(id, { id: randomUUID(), event, request });
    return 'stream' in answer ? wholeAnswer(answer.stream) : proxyAnswer(JSON.parse(answer.payload.toString('utf8')));
  }

  public async stop(): Promise<void> {
    await this.fleet.stop();
    this.code.remove();
    await this.guardian.stop();
  }
}
