import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { entrypointOf } from './project';
import { hostOf } from './requests';
import type { PairsRow } from './rows';
import { FastApiApp, FastApiHttpApi, FastApiRestApi, FastApiStreamingFunctionUrl, HttpApiAuth, IntegrationPattern, OperationGroups, RestApiAuth } from '../../src';
import { httpEvent } from '../../src/local/http-event';
import { readApis, type LocalApi } from '../../src/local/local-api';
import { readFunctions, type LocalFunction } from '../../src/local/local-function';
import type { LocalRequest } from '../../src/local/local-request';
import { restEvent } from '../../src/local/rest-event';
import { matchRoute, type Route } from '../../src/local/route';
import { readTemplates } from '../../src/local/template';
import type { JsonObject } from '../../src/private/json';

const CORS: Record<PairsRow['cors'], string[] | undefined> = {
  'none': [], 'every origin': undefined, 'one origin': ['https://page.example'], 'of the app': undefined, 'of the mounted app': undefined,
};

/** What a row deploys: its API and the functions behind it, as the template has them. */
export interface Deployment {
  readonly api: LocalApi;
  readonly functions: ReadonlyMap<string, LocalFunction>;
}

/** Synthesizes a row's project. */
export function synthesize(row: PairsRow, entry: string, outdir: string, python: string): Deployment {
  const stack = new Stack(new App({ outdir, analyticsReporting: false }), 'Stack');
  addApi(stack, row, FastApiApp.fromDirectory(entry, {
    entrypoint: entrypointOf(row), observability: row.observability === 'yes', runtime: new lambda.Runtime(`python${python}`, lambda.RuntimeFamily.PYTHON, { supportsSnapStart: true }),
  }));
  (stack.node.root as App).synth();
  const [template] = readTemplates(outdir);
  return { api: readApis(template)[0], functions: readFunctions(template) };
}

function addApi(stack: Stack, row: PairsRow, app: FastApiApp): void {
  const functionOptions: lambda.FunctionOptions = {
    ...(row.snapStart === 'yes' ? { snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS } : {}),
    // The route `$default` says nothing of the path: `docs/troubleshooting.md` and decision 0073.
    ...(row.place === 'base path' && row.kind === 'http' && row.catchAll === 'yes' ? { environment: { CDK_FASTAPI_BASE_PATH: 'v1' } } : {}),
  };
  const origins = CORS[row.cors];
  const options = {
    app,
    cors: origins === undefined ? undefined : { allowOrigins: origins },
    catchAll: row.catchAll === 'yes',
    ...(row.pattern === 'groups' ? { groups: OperationGroups.byTag() } : { pattern: row.pattern === 'shared' ? IntegrationPattern.SHARED : IntegrationPattern.ISOLATED }),
    functionOptions,
  };
  const isIam = row.auth === 'iam';
  switch (row.kind) {
    case 'rest':
      new FastApiRestApi(stack, 'Api', { ...options, auth: isIam ? RestApiAuth.iam() : RestApiAuth.none(), deployOptions: { stageName: 'live' } });
      return;
    case 'http':
      new FastApiHttpApi(stack, 'Api', { ...options, auth: isIam ? HttpApiAuth.iam() : HttpApiAuth.none() });
      return;
    case 'function-url':
      new FastApiStreamingFunctionUrl(stack, 'Api', { app, cors: options.cors, ...functionOptions, auth: isIam ? lambda.FunctionUrlAuthType.AWS_IAM : lambda.FunctionUrlAuthType.NONE });
  }
}

/** A request on its way to a function. */
export interface Arrival {
  readonly route: Route;
  readonly functionId: string;
  readonly event: JsonObject;
}

/** The event that a request becomes; undefined where API Gateway answers by itself. */
export function arrivalOf(row: PairsRow, { api }: Deployment, request: LocalRequest): Arrival | undefined {
  const match = matchRoute(api.routes, request.method, request.rawPath);
  if (match?.route.functionId === undefined) return undefined;
  const domainName = hostOf(row);
  const context = { apiId: 'a1b2c3d4e5', domainName, stage: stageOf(row), allBinary: api.allBinary, binaryMediaTypes: api.binaryMediaTypes, requestId: 'request' };
  const base = row.place === 'base path' ? '/v1' : '';
  if (row.kind === 'rest') {
    const event = restEvent(request, match, context);
    // A custom domain leaves its base path in both paths, and the stage in none.
    if (!row.place.startsWith('own host')) Object.assign(event, { path: base + request.rawPath, requestContext: { ...event.requestContext as JsonObject, path: base + request.rawPath } });
    return { route: match.route, functionId: match.route.functionId, event };
  }
  const event = httpEvent(request, match, row.place === 'own host with a stage' ? context : { ...context, stage: '$default' }, row.kind);
  if (base !== '') {
    const { http, ...rest } = event.requestContext as { http: JsonObject };
    Object.assign(event, { rawPath: base + String(event.rawPath), requestContext: { ...rest, http: { ...http, path: base + String(http.path) } } });
  }
  return { route: match.route, functionId: match.route.functionId, event };
}

/** The path under which the application is seen from outside: what uvicorn is told as its root path. */
export function rootPathOf(row: PairsRow): string {
  if (row.place === 'base path') return '/v1';
  return row.place === 'own host with a stage' ? `/${stageOf(row)}` : '';
}

function stageOf({ kind, place }: PairsRow): string {
  return kind === 'rest' || place === 'own host with a stage' ? 'live' : '$default';
}

/** The name of a row's directory. */
export function directoryOf(root: string, index: number): string {
  return path.join(root, `row-${index}`);
}
