import * as fs from 'fs';
import * as path from 'path';
import { attachCustomSynthesis, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { TemplateGraph } from './template-graph';
import { FunctionStack } from '../functions/function-stack';
import { templateIndentation } from '../private/cdk-internals';
import { FastApiError } from '../private/errors';
import type { Json } from '../private/json';
import { LIMITS } from '../private/limits';

/** An API whose templates are checked. */
export interface CheckedApi {
  /** The construct of this library. */
  readonly scope: Construct;
  /** The API itself. */
  readonly resource: CfnResource;
  /** The functions made from the app. */
  readonly functions: readonly lambda.Function[];
  /** Size of the routes in the template, and the remedy if it is too large; `undefined` if the routes are resources. */
  readonly body?: { remedy(): string; size(): number };
}

/**
 * Checks the written templates of an API for their size and for circular dependencies, so that the error comes at synth
 * instead of at deployment.
 */
export function checkTemplates(api: CheckedApi): void {
  // A stage writes its children in order, and this child comes after the stack.
  const stage = Stage.of(api.scope);
  if (stage === undefined) return;
  const check = new Construct(stage, `cdk-fastapi checks of ${api.scope.node.path}`);
  attachCustomSynthesis(check, {
    onSynthesize: ({ assembly: { outdir } }) => {
      const problems = [...sizeProblems(outdir, api), ...circleProblems(outdir, api)];
      if (problems.length > 0) throw new FastApiError(problems.join('\n'));
    },
  });
}

function sizeProblems(outdir: string, { scope, functions, body }: CheckedApi): string[] {
  const own = Stack.of(scope);
  const stacks = new Set([own, ...functions.map(({ stack }) => stack)]);
  return [...stacks].flatMap((stack) => {
    const bytes = fs.statSync(path.join(outdir, stack.templateFile)).size;
    if (bytes <= LIMITS.bytes.ours) return [];
    const routes = body && stack === own ? `, of which ${body.size()} are the routes of ${scope.node.path}` : '';
    const remedy = stack instanceof FunctionStack ? 'use `pattern: IntegrationPattern.SHARED`'
      : `${templateIndentation(stack) === undefined ? '' : 'give the stack `suppressTemplateIndentation: true`, '}${body?.remedy() ?? 'move other resources to another stack'}, or split the app into two APIs`;
    return [`a template must have ${LIMITS.bytes.ours} bytes at most, got: ${bytes} in ${stack.node.path}${routes}; ${remedy}`];
  });
}

/** The problem of a circular dependency: a function depends on the API that depends on it, or nested stacks depend on each other. */
function circleProblems(outdir: string, { resource, functions }: CheckedApi): string[] {
  const { stack } = resource;
  const graph = readGraph(outdir, stack);
  const deployedBy = (made: CheckedApi['functions'][number]): CfnResource =>
    made.stack === stack ? made.node.defaultChild as CfnResource : made.stack.nestedStackResource!;
  const starts = [resource, ...functions.map(deployedBy)];
  const circle = graph.circleFrom(new Set(starts.map(idOf)));
  if (circle === undefined) return [];
  const nested = new Map(functions.filter((made) => made.stack !== stack).map((made) => [idOf(made.stack.nestedStackResource!), made.stack]));
  const names = circle.map((id, index) => {
    const inside = nested.get(id);
    const parameters = inside ? graph.parametersFrom(id, circle[(index + 1) % circle.length]) : [];
    const users = inside ? readGraph(outdir, inside).referringTo(parameters) : [];
    return inside && users.length > 0 ? users.slice(0, 3).map((user) => readable(inside, user)).join(', ') : readable(stack, id);
  });
  const got = [...names, names[0]].join(' → ');
  return [circle.includes(idOf(resource))
    ? `a function must not need the API that needs it, got: ${got}; read \`event.requestContext\` (its \`apiId\`, \`domainName\`, \`stage\`) when a request comes, `
      + 'or leave the value to RuntimeConfig, which is read outside of the API'
    : `functions and what the API needs must not need each other, got: ${got}; leave one of the references out, or let both use something in the stack of the API`];
}

function readGraph(outdir: string, stack: Stack): TemplateGraph {
  // The CDK wrote it a moment ago.
  return new TemplateGraph(JSON.parse(fs.readFileSync(path.join(outdir, stack.templateFile), 'utf8')) as Json);
}

function idOf(resource: CfnResource): string {
  return String(resource.stack.resolve(resource.logicalId));
}

/** The path of the construct that the user knows, instead of the logical id of the resource in it. */
function readable(stack: Stack, id: string): string {
  const resource = stack.node.findAll().find((node) => CfnResource.isCfnResource(node) && node.stack === stack && idOf(node) === id);
  return resource === undefined ? id : resource.node.path.replace(/\/(Default|Resource)(?=\/|$)/g, '');
}
