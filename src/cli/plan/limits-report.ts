import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnResource } from 'aws-cdk-lib/aws-apigateway';
import { CfnIntegration, CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FastApiApp } from '../../app/fast-api-app';
import { OpenApiSource } from '../../app/open-api-source';
import { PythonBundling } from '../../bundling/python-bundling';
import { FunctionStack } from '../../functions/function-stack';
import { IntegrationPattern } from '../../functions/integration-pattern';
import type { OperationGroups } from '../../functions/operation-groups';
import { FUNCTION_STACKS } from '../../functions/stack-assignment';
import { MAX_ISOLATED } from '../../functions/stack-layout';
import { FastApiHttpApi } from '../../http-api/fast-api-http-api';
import type { ApiType } from '../../operations/api-type';
import { FastApiError } from '../../private/errors';
import { entries, member, type Json } from '../../private/json';
import { LIMITS } from '../../private/limits';
import { FastApiRestApi } from '../../rest-api/fast-api-rest-api';

/** The API whose limits are reported. */
export interface LimitsRequest {
  readonly apiType: ApiType;
  readonly pattern: IntegrationPattern;
  readonly groups?: OperationGroups;
  readonly catchAll: boolean;
  /** The prop of the construct. */
  readonly functionStacks?: number;
  /** The prop of the construct. */
  readonly documentation?: true;
}

/** One thing that an API uses, of as much as there is. */
export interface LimitsRow {
  readonly what: string;
  readonly used: number;
  /** None where nothing limits it. */
  readonly allowed?: number;
  /** Whether AWS raises the limit: passing it is no error then. */
  readonly raisable?: true;
  /** What the construct does about it. */
  readonly note?: string;
}

/** An API as it would be deployed. */
export interface LimitsReport {
  readonly rows: readonly LimitsRow[];
  /** What the construct says about itself: information and warnings. */
  readonly messages: readonly string[];
  /** Why it could not be deployed. */
  readonly problems: readonly string[];
  readonly totals: Totals;
}

/** What patterns differ in. The bundle is not among it: all functions of an app have the same one. */
export interface Totals {
  /** Lambda functions. After a deployment each starts cold once, and again for each request that finds none of it idle. */
  readonly functions: number;
  /** Resources of all stacks. */
  readonly resources: number;
  /** Bytes of all templates. */
  readonly bytes: number;
}

const BYTES = 'bytes of the largest template';

/** Models that are named. */
const LARGEST = 5;

type Api = FastApiRestApi | FastApiHttpApi;

/** Synthesizes the API of an app, without its code, and counts what there is. */
export function reportLimits(app: FastApiApp, request: LimitsRequest): LimitsReport {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-plan-'));
  try {
    const api = newApi(app, request, scratch);
    const root = api.node.root as App;
    const problems = synthesisProblems(root);
    const templates = readTemplates(root.outdir);
    const rows = [...functionRows(api, request), ...templateRows(api, templates), ...routeRows(api), ...documentationRows(api, request)];
    return { rows, messages: messagesOf(api), problems: [...rows.flatMap(excess), ...problems], totals: totalsOf(templates) };
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

function newApi(app: FastApiApp, { apiType, pattern, groups, catchAll, functionStacks, documentation }: LimitsRequest, scratch: string): Api {
  const root = new App({
    outdir: path.join(scratch, 'cdk.out'),
    analyticsReporting: false,
    context: {
      'aws:cdk:bundling-stacks': [],
      'aws:cdk:disable-asset-staging': true,
      // What is too much is counted too.
      '@aws-cdk/core:stackResourceLimit': 0,
    },
  });
  // Only the operations are the user's: a document needs no project.
  const planned = FastApiApp.fromDirectory(scratch, {
    openApi: OpenApiSource.fromDocument(app._document.content), entrypoint: 'main:app', runtime: lambda.Runtime.PYTHON_3_13, bundling: PythonBundling.prebuilt(scratch),
  });
  const stack = new Stack(root, 'Stack');
  const props = { app: planned, pattern, groups, catchAll, functionStacks, documentation };
  return apiType === 'rest' ? new FastApiRestApi(stack, 'Api', props) : new FastApiHttpApi(stack, 'Api', props);
}

/** Templates are written whatever is wrong with them. */
function synthesisProblems(root: App): string[] {
  try {
    root.synth({ skipValidation: true });
    return [];
  } catch (error) {
    if (FastApiError.isFastApiError(error)) return error.message.split('\n');
    throw error;
  }
}

function totalsOf(templates: readonly Template[]): Totals {
  const resources = templates.flatMap(({ content }) => entries(member(content, 'Resources')));
  return {
    functions: resources.filter(([, resource]) => member(resource, 'Type') === 'AWS::Lambda::Function').length,
    resources: resources.length,
    bytes: templates.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

interface Template {
  readonly bytes: number;
  readonly content: Json;
}

function readTemplates(outdir: string): Template[] {
  return fs.readdirSync(outdir).filter((name) => name.endsWith('.template.json')).map((name) => {
    const text = fs.readFileSync(path.join(outdir, name), 'utf8');
    return { bytes: Buffer.byteLength(text), content: JSON.parse(text) as Json };
  });
}

function functionRows({ integrations }: Api, { pattern, functionStacks }: LimitsRequest): LimitsRow[] {
  const bound = Object.values<{ handler?: lambda.Function; pattern?: IntegrationPattern }>(integrations);
  const functions = new Set(bound.map(({ handler }) => handler));
  const isolated = bound.filter((each) => each.pattern === IntegrationPattern.ISOLATED).length;
  if (pattern === IntegrationPattern.SHARED) return [{ what: 'functions', used: functions.size, note: 'one answers all operations, one more those that stream' }];
  const nested = bound.some(({ handler }) => handler?.stack instanceof FunctionStack);
  const grouped = new Set(bound.filter((each) => each.pattern === IntegrationPattern.GROUPED).map(({ handler }) => handler)).size;
  return [...pattern === IntegrationPattern.GROUPED ? [{ what: 'functions of groups', used: grouped }] : [], {
    what: 'operations with a function of their own',
    used: isolated,
    note: nested
      ? `in nested stacks, by the hash of method and route${functionStacks === undefined ? `; \`functionStacks: ${FUNCTION_STACKS}\` keeps them there` : ''}`
      : `in the stack of the API; above ${MAX_ISOLATED} in ${FUNCTION_STACKS} nested stacks`,
  }];
}

function templateRows(api: Api, templates: readonly Template[]): LimitsRow[] {
  const count = (section: string): number[] => templates.map(({ content }) => entries(member(content, section)).length);
  const functionStacks = stacksOf(api);
  return [
    { what: 'stacks', used: templates.length },
    { what: 'resources of all stacks', used: count('Resources').reduce((sum, each) => sum + each, 0), allowed: LIMITS.hierarchyResources.ours },
    { what: 'resources of the largest template', used: Math.max(...count('Resources')), allowed: LIMITS.resources.ours },
    { what: 'outputs of a template', used: Math.max(...count('Outputs')), allowed: LIMITS.outputs.ours },
    {
      what: BYTES,
      used: Math.max(...templates.map(({ bytes }) => bytes)),
      allowed: LIMITS.bytes.ours,
      note: 'a stack with `suppressTemplateIndentation: true` has about half',
    },
    {
      what: 'bytes of the policy of a role',
      used: Math.max(0, ...functionStacks.map(({ policyBytes }) => policyBytes)),
      allowed: LIMITS.rolePolicyBytes.ours,
      note: functionStacks.length > 0 ? 'two roles for each nested stack invoke its functions' : 'no role: each function has a permission for the API',
    },
  ];
}

/** Those of the construct tree: in the template most are one body. */
function routeRows(api: Api): LimitsRow[] {
  const nodes = api.node.findAll();
  const { ours: allowed, raisable } = api instanceof FastApiRestApi ? LIMITS.restResources : LIMITS.httpRoutes;
  const quota = { allowed, raisable, note: 'a quota: AWS raises it' } as const;
  if (api instanceof FastApiRestApi) {
    return [{ what: 'resources of the REST API', used: nodes.filter((node) => node instanceof CfnResource).length, ...quota }];
  }
  return [
    { what: 'routes of the HTTP API', used: nodes.filter((node) => node instanceof CfnRoute).length, ...quota },
    { what: 'integrations of the HTTP API', used: nodes.filter((node) => node instanceof CfnIntegration).length, allowed: LIMITS.httpIntegrations.ours },
  ];
}

/** What `documentation` takes of the largest template. */
function documentationRows(api: Api, { documentation }: LimitsRequest): LimitsRow[] {
  if (!documentation || !(api instanceof FastApiRestApi)) return [];
  const schemas = api._documentedSchemas;
  const largest = schemas.slice(0, LARGEST).map(([name, bytes]) => `${name} ${bytes.toLocaleString('en')}`).join(', ');
  return [{ what: 'bytes of models that the document adds', used: schemas.reduce((sum, [, bytes]) => sum + bytes, 0), note: largest === '' ? undefined : `the largest: ${largest}` }];
}

function stacksOf(api: Api): FunctionStack[] {
  return api.node.findAll().filter((node) => node instanceof FunctionStack);
}

/** The construct itself says why a template is too long, with its routes. */
function excess({ what, used, allowed, raisable }: LimitsRow): string[] {
  return allowed === undefined || raisable || used <= allowed || what === BYTES ? []
    : [`${what} must be ${allowed} at most, got: ${used}; use the pattern SHARED, or split the app into two APIs`];
}

/** Without the marks by which the CDK lets its user acknowledge them. */
function messagesOf(api: Api): string[] {
  const said = api.node.metadata.filter(({ type }) => type === 'aws:cdk:info' || type === 'aws:cdk:warning');
  return said.map(({ type, data }) => `${type === 'aws:cdk:info' ? 'info' : 'warning'}: ${String(data).replace(/ \[ack: [^\]]*\]$/, '')}`);
}
