import * as fs from 'fs';
import * as path from 'path';
import type { InstalledPackage } from '../../python/installed-packages';
import { pythonTag, type Platform } from '../../python/platform';
import { Boto3Mode } from '../boto3-mode';

/** The AWS SDK as packages: what the Lambda runtime has too. */
const SDK = ['boto3', 'botocore', 's3transfer'];

/** Records of the installer, which name this machine or its interpreter. `RECORD` is written again, see `rewriteRecords`. */
const RECORDS = new Set(['REQUESTED', 'direct_url.json', 'uv_cache.json', 'uv_build.json']);

/** Whether the AWS SDK is left out of the packages. */
export interface SdkDecision {
  readonly mode: Boto3Mode;
  /** What the project itself asks for: normalized names, with the extras of each. */
  readonly direct: ReadonlyMap<string, readonly string[]>;
  /** Whether an application file imports it. */
  readonly imported: boolean;
}

/**
 * Removes what names this machine. It goes whatever the options say, so that bundles are the same everywhere.
 *
 * @param files all files below the directory; what stays is returned, here and below
 */
export function removeRecords(directory: string, files: readonly string[]): string[] {
  return remove(directory, files, (file) => {
    if (file === '.lock') return true;
    // Scripts begin with the path of the interpreter that installed them; a program that a wheel brings does not.
    if (/^(bin|Scripts)\//.test(file)) return !isProgram(path.join(directory, file));
    if (file.endsWith('.pyc') || file.includes('__pycache__/')) return true;
    // What a package carries of others (`setuptools/_vendor`) was made elsewhere and is its data.
    return /^[^/]+\.dist-info\/[^/]+$/.test(file) && RECORDS.has(path.posix.basename(file));
  });
}

/** Whether a file is an ELF program: `uv`, `ruff` and others look for their own beside the package. */
function isProgram(file: string): boolean {
  const handle = fs.openSync(file, 'r');
  try {
    const start = Buffer.alloc(4);
    fs.readSync(handle, start, 0, 4, 0);
    return start.readUInt32BE(0) === 0x7f454c46;
  } finally {
    fs.closeSync(handle);
  }
}

function remove(directory: string, files: readonly string[], unwanted: (file: string) => boolean): string[] {
  return files.filter((file) => {
    if (!unwanted(file)) return true;
    fs.unlinkSync(path.join(directory, file));
    return false;
  });
}

/** Removes extension modules for other Pythons where there is one for the target beside them: some wheels carry them by mistake. */
export function removeForeign(directory: string, files: readonly string[], platform: Platform): string[] {
  const module = (file: string): RegExpExecArray | null => /^(.*)\.cpython-(\d+)[\w-]*\.so$/.exec(file);
  const own = new Set(files.flatMap((file) => (`cp${module(file)?.[2]}` === pythonTag(platform) ? [module(file)![1]] : [])));
  return remove(directory, files, (file) => `cp${module(file)?.[2]}` !== pythonTag(platform) && own.has(module(file)?.[1] ?? ''));
}

/** Removes the AWS SDK where the decision is so. */
export function removeSdk(directory: string, files: readonly string[], packages: readonly InstalledPackage[], decision: SdkDecision): string[] {
  const present = packages.filter(({ name }) => SDK.includes(name));
  if (present.length === 0 || !isSdkUnwanted(packages, decision)) return [...files];
  const tops = new Set([...SDK, ...present.map(({ info }) => info)]);
  for (const top of tops) fs.rmSync(path.join(directory, top), { recursive: true, force: true });
  return files.filter((file) => !tops.has(file.split('/')[0]));
}

function isSdkUnwanted(packages: readonly InstalledPackage[], { mode, direct, imported }: SdkDecision): boolean {
  if (mode !== Boto3Mode.AUTO) return mode === Boto3Mode.REMOVE;
  if (imported || SDK.some((name) => direct.has(name))) return false;
  // Powertools names the SDK as an extra: a dependency of an extra counts where the project asks for that extra.
  return !packages.some((each) => !SDK.includes(each.name) && each.name !== 'aws-xray-sdk' && each.requires.some(({ name, extra }) =>
    SDK.includes(name) && (extra === undefined || (direct.get(each.name) ?? []).includes(extra))));
}

/** Removes type stubs and tests that no code of their package reads. */
export function removeUnread(directory: string, files: readonly string[]): string[] {
  const present = new Set(files);
  // A module may read its own stub to load lazily (`lazy_loader.attach_stub`).
  const readsStub = (module: string): boolean => present.has(module) && fs.readFileSync(path.join(directory, module), 'utf8').includes('attach_stub');
  const kept = remove(directory, files, (file) => file.endsWith('.pyi') && !readsStub(file.slice(0, -1)));
  const unread = testDirectories(kept).filter((tests) => {
    const [top] = tests.split('/');
    const code = kept.filter((file) => file.startsWith(`${top}/`) && file.endsWith('.py') && !isBelowTests(file));
    return !code.some((file) => importsTests(fs.readFileSync(path.join(directory, file), 'utf8')));
  });
  return remove(directory, kept, (file) => unread.some((tests) => file.startsWith(`${tests}/`)));
}

/** Outermost directories called `tests` or `test` inside a package, with code in them. */
function testDirectories(files: readonly string[]): string[] {
  const found = new Set<string>();
  for (const file of files) {
    const parts = file.split('/');
    const index = parts.findIndex((part, position) => position > 0 && position < parts.length - 1 && isTests(part));
    if (index !== -1 && file.endsWith('.py')) found.add(parts.slice(0, index + 1).join('/'));
  }
  return [...found];
}

function isBelowTests(file: string): boolean {
  return file.split('/').slice(0, -1).some(isTests);
}

function isTests(part: string): boolean {
  return part === 'tests' || part === 'test';
}

function importsTests(source: string): boolean {
  return /^[ \t]*(?:from[ \t]+[\w.]*\btests?\b|from[ \t]+[\w.]+[ \t]+import[ \t]+[^\n]*\btests?\b|import[ \t]+[\w.]*\.tests?\b)|["'][\w.]+\.tests?["'.]/m.test(source);
}
