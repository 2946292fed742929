import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runTool, toolEnvironment } from '../../src/private/process';
import { pythonEnvironment, pythonOf } from '../support/fastapi-python';

/** What projects and APIs are made of, each thing with all that it may be. */
export const FACTORS = {
  kind: ['rest', 'http', 'function-url'],
  pattern: ['isolated', 'groups', 'shared'],
  streams: ['no', 'yes'],
  catchAll: ['no', 'yes'],
  observability: ['no', 'yes'],
  cors: ['none', 'every origin', 'one origin', 'of the app', 'of the mounted app'],
  auth: ['none', 'iam'],
  place: ['own host', 'own host with a stage', 'custom domain', 'base path'],
  handler: ['none', 'Mangum', 'Mangum without lifespan', 'own'],
  entry: ['app', 'factory', 'wrapper'],
  routes: ['flat', 'included', 'mounted', 'included and mounted'],
  lifespan: ['no', 'yes'],
  middleware: ['none', 'pure', 'base', 'gzip', 'sessions', 'trusted hosts', 'https'],
  snapStart: ['no', 'yes'],
  fastapi: ['oldest', 'middle', 'newest'],
} as const;

type Factors = typeof FACTORS;

/** A project and its deployment: one value of each factor. */
export type PairsRow = { readonly [Name in keyof Factors]: Factors[Name][number] };

/** What a kind of API does not have stays at its first value, so that no row stands for another. */
const CONSTRAINTS = [
  // One function, in uvicorn, on a host of its own.
  'IF kind = "function-url" THEN pattern = "isolated" AND catchAll = "no" AND place = "own host" AND handler = "none"',
  // A REST API has a stage with a name always.
  'IF kind = "rest" THEN place != "own host"',
  // A handler of the user's own knows no stage and no base path, and calls an application in which the guard of a factory's does not stand.
  'IF handler = "own" THEN place = "custom domain" AND entry != "factory"',
  'IF cors = "of the mounted app" THEN routes IN {"mounted", "included and mounted"}',
];

/** Rows that hold each pair of values that can be; the seed says in which company. */
export function pairsRows(seed: number): PairsRow[] {
  const model = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'pairs-')), 'model.json');
  try {
    const parameters = Object.entries(FACTORS).map(([name, values]) => ({ name, values }));
    fs.writeFileSync(model, JSON.stringify({ parameters, constraints: CONSTRAINTS, strength: 2, seed }));
    // It fails where a pair is missing.
    const argv = [pythonOf(pythonEnvironment(['coverwise==1.6.1'])), '-m', 'coverwise', 'generate', model];
    return (JSON.parse(runTool(argv, { cwd: path.dirname(model), env: toolEnvironment(), what: 'list pairs' })) as { tests: PairsRow[] }).tests;
  } finally {
    fs.rmSync(path.dirname(model), { recursive: true });
  }
}
