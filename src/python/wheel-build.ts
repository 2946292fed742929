import * as fs from 'fs';
import * as path from 'path';
import { normalizedName } from './dependencies/requirements-file';
import type { Interpreter } from './interpreters';
import { runUv, type Uv } from './uv';
import { FastApiError } from '../private/errors';

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
  if (source.endsWith('.whl')) return { file: source, name: wheelName(source) };
  const work = fs.mkdtempSync(path.join(scratch, 'wheel-'));
  const out = path.join(work, 'out');
  const cwd = fs.statSync(source).isDirectory() ? source : path.dirname(source);
  const before = new Set(traces(cwd));
  try {
    runUv(uv, ['build', '--quiet', '--wheel', '--out-dir', out, '--python', python.path, source], {
      cwd, what: `build the package in ${source}`, variables: buildVariables(work),
    });
  } catch (error) {
    throw explained(error, source);
  } finally {
    for (const trace of traces(cwd)) if (!before.has(trace)) fs.rmSync(path.join(cwd, trace), { recursive: true, force: true });
  }
  const wheel = fs.readdirSync(out).filter((name) => name.endsWith('.whl'))[0];
  return { file: path.join(out, wheel), name: wheelName(wheel) };
}

/**
 * Variables that have setuptools build in a directory of ours: beside the source it would leave files, and take those of an earlier build
 * into the wheel.
 *
 * @see https://setuptools.pypa.io/en/latest/deprecated/distutils/configfile.html
 */
export function buildVariables(scratch: string): Readonly<Record<string, string>> {
  const work = fs.mkdtempSync(path.join(scratch, 'setuptools-'));
  const settings = path.join(work, 'setup.cfg');
  fs.writeFileSync(settings, `[build]\nbuild_base = ${path.join(work, 'build')}\n[egg_info]\negg_base = ${work}\n`);
  return { DIST_EXTRA_CONFIG: settings };
}

/** Builds each package once. */
export class WheelBuilder {
  private readonly built = new Map<string, BuiltWheel>();

  constructor(private readonly tools: WheelTools) {}

  public build(source: string): BuiltWheel {
    if (!fs.existsSync(source)) throw new FastApiError(`a local package that the project depends on must exist, got: ${source}`);
    const wheel = this.built.get(source) ?? buildWheel(source, this.tools);
    this.built.set(source, wheel);
    return wheel;
  }
}

function wheelName(file: string): string {
  return normalizedName(path.basename(file).split('-')[0]);
}

/** A version from version control is the one thing that a build wants and that a copy of the source, as of a pipeline, may lack. */
function explained(error: unknown, source: string): unknown {
  if (!FastApiError.isFastApiError(error)) return error;
  if (!/setuptools.scm was unable to detect version|version from (?:git|vcs|source control)|vcs_versioning|not a git repository|version control/i.test(error.message)) return error;
  return new FastApiError(
    `${error.message}\nthe version of ${source} comes from version control, which is not there; set \`SETUPTOOLS_SCM_PRETEND_VERSION_FOR_<NAME>\`, ` +
    'or fetch the history and the tags of the repository, as with `fetch-depth: 0`',
  );
}

function traces(source: string): string[] {
  const infos = ['', 'src'].flatMap((directory) => {
    const absolute = path.join(source, directory);
    const names = fs.existsSync(absolute) ? fs.readdirSync(absolute) : [];
    return names.filter((name) => name.endsWith('.egg-info')).map((name) => path.posix.join(directory, name));
  });
  return [...infos, ...TRACES.filter((name) => fs.existsSync(path.join(source, name)))];
}
