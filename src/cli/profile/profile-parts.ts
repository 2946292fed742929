import * as path from 'path';
import type { Span, StartProfile } from './start-profile';

/** A part of a start. */
export interface Part {
  readonly part: string;
  /** Milliseconds of the processor, without what is listed as another part. */
  readonly cpu: number;
  /** Milliseconds of the clock; waiting is in it. */
  readonly ms: number;
  /** Bytes in the bundle, for packages. */
  readonly bytes?: number;
}

/** Which modules are the project's own, and what modules take in the bundle. */
export interface Modules {
  isOwn(file: string): boolean;
  bytes(file: string): number;
}

export const OWN = 'own modules';
const OWN_MODELS = 'own models';
const PYTHON = 'modules of Python';
const RUNTIME = 'runtime of cdk-fastapi';

const KINDS: Partial<Record<Span['kind'], string>> = {
  routes: 'registration of routes', client: 'clients of AWS', lifespan: 'lifespan', preparation: 'preparation of routes', request: 'first request', start: RUNTIME,
};

/** The parts of a start, the largest first: what a span does itself belongs to its own part, what it imports to the module. */
export function partsOf(profile: StartProfile, modules: Modules): Part[] {
  const found = new Map<string, { cpu: number; ms: number; bytes?: number }>([['interpreter', { cpu: profile.interpreter, ms: profile.interpreter }]]);
  const add = (part: string, cpu: number, ms: number, bytes?: number): void => {
    const before = found.get(part) ?? { cpu: 0, ms: 0 };
    found.set(part, { cpu: before.cpu + cpu, ms: before.ms + ms, bytes: bytes ?? before.bytes });
  };
  const walk = (span: Span, around: string): void => {
    const part = partOf(span, around, profile, modules);
    const file = span.kind === 'import' ? profile.places[top(span.name)] : undefined;
    const sum = (key: 'cpu' | 'ms') => Math.max(0, span[key] - span.inside.reduce((all, inner) => all + inner[key], 0));
    add(part, sum('cpu'), sum('ms'), file === undefined || part === OWN || part === RUNTIME ? undefined : modules.bytes(file));
    for (const inner of span.inside) walk(inner, part);
  };
  walk(profile.start, RUNTIME);
  return [...found].map(([part, taken]) => ({ part, ...taken })).sort((a, b) => b.cpu - a.cpu || (a.part < b.part ? -1 : 1));
}

function partOf({ kind, name }: Span, around: string, { places }: StartProfile, modules: Modules): string {
  if (kind === 'model') return around === OWN ? OWN_MODELS : around;
  if (kind !== 'import') return KINDS[kind] ?? around;
  const module = top(name);
  if (module === 'cdk_fastapi_runtime') return RUNTIME;
  if (!Object.hasOwn(places, module)) return PYTHON;
  return modules.isOwn(places[module]) ? OWN : module;
}

/** All of it. */
export function total(parts: readonly Part[]): { cpu: number; ms: number } {
  return { cpu: parts.reduce((sum, { cpu }) => sum + cpu, 0), ms: parts.reduce((sum, { ms }) => sum + ms, 0) };
}

/** `pydantic` of `pydantic.main` and of `pydantic/__init__.py`. */
export function top(name: string): string {
  return name.split(/[./]/)[0];
}

/** What modules of a bundle are and take, from its files. */
export function modulesOf(files: readonly { readonly file: string; readonly bytes: number }[], isInProject: (file: string) => boolean): Modules {
  const bytes = new Map<string, number>();
  for (const each of files) bytes.set(top(each.file), (bytes.get(top(each.file)) ?? 0) + each.bytes);
  return { isOwn: (file) => isInProject(file.split(path.sep).join('/')), bytes: (file) => bytes.get(top(file)) ?? 0 };
}
