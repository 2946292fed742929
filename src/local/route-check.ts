import { join } from 'node:path';
import type { ProjectSource } from './assembly/project-source';
import type { LocalFunction } from './local-function';
import { matchRoute } from './route';
import type { ServedApi } from './served-api';
import { RUNTIME_DIRECTORY } from '../private/assets';
import { entries, member, type Json } from '../private/json';
import { startGroup } from '../private/process';

/** The variable by which a function knows the only operations that it serves. */
const OPERATIONS = 'CDK_FASTAPI_OPERATION';

/**
 * What of an app's routes is no longer what was synthesized.
 *
 * @returns nothing where the app cannot be read, or nothing has changed
 */
export async function outdatedRoutes(source: ProjectSource, served: readonly ServedApi[]): Promise<string | undefined> {
  const document = await readApp(source);
  const paths = entries(member(document, 'paths'));
  if (paths.length === 0) return undefined;
  const operations = paths.flatMap(([path, item]) => entries(item).map(([method]) => `${method.toUpperCase()} ${path}`).filter((operation) => /^[A-Z]+ /.test(operation)));
  const known = new Set(operations);
  for (const { api, fleet } of served) {
    const functions = api.routes.flatMap(({ functionId }) => fleet.get(functionId ?? '') ?? []).filter((each) => each.source?.entry === source.entry);
    if (functions.length === 0) continue;
    const gone = functions.flatMap(guarded).find((operation) => !known.has(operation));
    if (gone !== undefined) return `${source.entrypoint} has no ${gone} any more`;
    const added = operations.find((operation) => !isRouted(api.routes, operation));
    if (added !== undefined) return `${source.entrypoint} has ${added}, and the API has no route for it`;
  }
  return undefined;
}

function guarded({ environment }: LocalFunction): string[] {
  return (environment[OPERATIONS] ?? '').split('\n').filter((line) => line !== '');
}

function isRouted(routes: ServedApi['api']['routes'], operation: string): boolean {
  const [method, path] = operation.split(' ');
  return matchRoute(routes, method, path.replace(/\{[^{}]+\}/g, 'x')) !== undefined;
}

/** The app's document, read by a process of its own so that requests go on. */
async function readApp({ entry, entrypoint }: ProjectSource): Promise<Json | undefined> {
  const program = join(RUNTIME_DIRECTORY, '..', 'bin', 'cdk-fastapi');
  const child = startGroup([process.execPath, program, 'openapi', '--entry', entry, '--entrypoint', entrypoint], { cwd: entry, env: { ...process.env, CDK_FASTAPI_QUIET: '1' } });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.resume();
  const code = await new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  if (code !== 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
