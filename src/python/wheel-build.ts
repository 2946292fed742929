import * as fs from 'fs';
import * as path from 'path';
import { normalizedName } from './dependencies/requirements-file';
import type { Interpreter } from './interpreters';
import { runUv, type Uv } from './uv';

/** A wheel that was built on this machine. */
export interface BuiltWheel {
  /** Absolute path. */
  readonly file: string;
  /** Normalized name of its package. */
  readonly name: string;
}

/** What a wheel is built with. */
export interface WheelTools {
  readonly uv: Uv;
  readonly python: Interpreter;
  /** A directory for the working files. */
  readonly scratch: string;
}

/** What setuptools leaves in the source, where it is too old to be told another place. */
const TRACES = ['build', 'src/build'];

/**
 * Builds the wheel of a package where it lies, as uv and pip do: its version may come from version control, and its files from
 * around it. What is built lies in a directory of ours, and nothing stays beside the source but what its build itself is told to write.
 */
export function buildWheel(source: string, { uv, python, scratch }: WheelTools): BuiltWheel {
  const work = fs.mkdtempSync(path.join(scratch, 'wheel-'));
  const out = path.join(work, 'out');
  const settings = path.join(work, 'setup.cfg');
  // setuptools builds in these; a tree of an earlier build beside the source would come into the wheel.
  fs.mkdirSync(path.join(work, 'info'));
  fs.writeFileSync(settings, `[build]\nbuild_base = ${path.join(work, 'build')}\n[egg_info]\negg_base = ${path.join(work, 'info')}\n`);
  const before = new Set(traces(source));
  try {
    runUv(uv, ['build', '--quiet', '--wheel', '--out-dir', out, '--python', python.path, source], {
      cwd: source, what: `build the package in ${source}`, variables: { DIST_EXTRA_CONFIG: settings },
    });
  } finally {
    for (const trace of traces(source)) if (!before.has(trace)) fs.rmSync(path.join(source, trace), { recursive: true, force: true });
  }
  const wheel = fs.readdirSync(out).filter((name) => name.endsWith('.whl'))[0];
  return { file: path.join(out, wheel), name: normalizedName(wheel.split('-')[0]) };
}

function traces(source: string): string[] {
  const infos = ['', 'src'].flatMap((directory) => {
    const absolute = path.join(source, directory);
    const names = fs.existsSync(absolute) ? fs.readdirSync(absolute) : [];
    return names.filter((name) => name.endsWith('.egg-info')).map((name) => path.posix.join(directory, name));
  });
  return [...infos, ...TRACES.filter((name) => fs.existsSync(path.join(source, name)))];
}
