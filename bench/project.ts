import * as fs from 'node:fs';
import * as path from 'node:path';
import { benchPython } from './measure';
import type { Bench } from './row';
import { runTool } from '../src/private/process';
import { findUv, uvEnvironment } from '../src/python/uv';

/** What a measured project depends on. */
export const DEPENDENCIES = {
  plain: ['fastapi'],
  tracer: ['fastapi', 'aws-lambda-powertools[tracer]'],
} as const;

export type ProjectKind = keyof typeof DEPENDENCIES;

/** A FastAPI project made for a measurement. */
export interface BenchProject {
  readonly directory: string;
  readonly operations: readonly ProjectOperation[];
}

export interface ProjectOperation {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

/** Writes a project with a `uv.lock`. Locks hold addresses of registries, so they are made when the bench runs. */
export function makeProject(bench: Bench, name: string, kind: ProjectKind, operations = 2): BenchProject {
  const directory = path.join(bench.scratch, name);
  const listed = Array.from({ length: operations }, (_, index) => operation(index));
  fs.mkdirSync(directory, { recursive: true });
  fs.writeFileSync(path.join(directory, 'pyproject.toml'), pyproject(DEPENDENCIES[kind]));
  fs.writeFileSync(path.join(directory, 'main.py'), module(kind, listed));
  const uv = ['lock', '--quiet', '--python', benchPython().path];
  runTool([findUv().path, ...uv], { cwd: directory, env: uvEnvironment(), what: 'lock the project of the bench' });
  return { directory, operations: listed };
}

/** A pair of operations has one resource, one of them with a parameter below it. */
function operation(index: number): ProjectOperation {
  const thing = `things${Math.floor(index / 2)}`;
  return index % 2 === 0
    ? { name: `make_${thing}`, method: 'POST', path: `/${thing}` }
    : { name: `read_${thing}`, method: 'GET', path: `/${thing}/{thing_id}` };
}

function pyproject(dependencies: readonly string[]): string {
  return `[project]\nname = "bench-api"\nversion = "1.0.0"\nrequires-python = ">=3.11"\ndependencies = ${JSON.stringify(dependencies)}\n`;
}

function module(kind: ProjectKind, operations: readonly ProjectOperation[]): string {
  const powertools = kind === 'tracer' ? ['from aws_lambda_powertools import Logger, Metrics, Tracer'] : [];
  const made = kind === 'tracer' ? ['logger = Logger()', 'metrics = Metrics()', 'tracer = Tracer(auto_patch=False)'] : [];
  const routes = operations.flatMap(({ name, method, path: route }) => (method === 'POST'
    ? ['', '', `@app.post("${route}")`, `def ${name}(thing: Thing) -> Thing:`, '    return thing']
    : ['', '', `@app.get("${route}")`, `def ${name}(thing_id: int) -> Thing:`, '    return Thing(name=str(thing_id))']));
  return [
    ...powertools, 'from fastapi import FastAPI', 'from pydantic import BaseModel', '', 'app = FastAPI()', ...made,
    '', '', 'class Thing(BaseModel):', '    name: str', ...routes, '',
  ].join('\n');
}
