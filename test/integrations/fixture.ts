import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FastApiApp, type FastApiAppOptions } from '../../src/app/fast-api-app';
import { OpenApiSource } from '../../src/app/open-api-source';

/** Method, path, operationId and tag of each operation of the document. */
export type Row = readonly [method: string, path: string, operationId: string, tag?: string];

export const ROWS: Row[] = [
  ['get', '/hello', 'sayHello'],
  ['get', '/items/{item_id}', 'readItem', 'items'],
  ['put', '/items/{item_id}', 'updateItem', 'items'],
  // Names that every JavaScript object has, and one that two operations share.
  ['get', '/constructor', 'constructor'],
  ['get', '/users', 'list', 'users'],
  ['get', '/orders', 'list', 'orders'],
];

/** An OpenAPI document of these operations. */
export function documentOf(rows: readonly Row[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [method, route, operationId, tag] of rows) {
    const parameters = [...route.matchAll(/\{(\w+)(?::\w+)?\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
    const greedy = /\{(\w+):path\}/.exec(route)?.[1];
    const facts = greedy && { name: operationId, path: route, converters: { [greedy]: 'path' } };
    const operation = { 'x-cdk-fastapi': facts, operationId, 'tags': tag ? [tag] : undefined, parameters, 'responses': { 200: { description: 'ok' } } };
    (paths[route.replace(/:\w+\}/g, '}')] ??= {})[method] = operation;
  }
  return JSON.parse(JSON.stringify({ openapi: '3.1.0', info: { title: 'test', version: '1' }, paths }));
}

let project: string | undefined;

/** A directory with a FastAPI project. Functions get no bundle of it: see `stack`. */
export function projectDirectory(): string {
  if (!project) {
    project = fs.mkdtempSync(path.join(os.tmpdir(), 'integrations-'));
    fs.writeFileSync(path.join(project, 'main.py'), 'from fastapi import FastAPI\napp = FastAPI()\n');
    fs.writeFileSync(path.join(project, 'requirements.txt'), 'fastapi\n');
    const made = project;
    process.on('exit', () => fs.rmSync(made, { recursive: true, force: true }));
  }
  return project;
}

/** An app of these operations. */
export function fastApiApp(rows: readonly Row[] = ROWS, options: FastApiAppOptions = {}): FastApiApp {
  return FastApiApp.fromDirectory(projectDirectory(), {
    openApi: OpenApiSource.fromDocument(documentOf(rows)), entrypoint: 'main:app', runtime: lambda.Runtime.PYTHON_3_13, ...options,
  });
}

/** A stack for templates: nothing is bundled for it, as in `cdk list`. */
export function stack(): Stack {
  return new Stack(new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack');
}

/** A construct in the place of an API. */
export function scope(id = 'Api', parent: Construct = stack()): Construct {
  return new Construct(parent, id);
}

/** The message of what is thrown. */
export function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
