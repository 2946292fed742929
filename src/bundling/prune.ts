import * as fs from 'fs';
import * as path from 'path';
import { Boto3Mode } from './boto3-mode';
import type { InstalledPackage } from './installed-packages';
import { hasBits, isExecutable, listFiles } from '../private/hash';

/** The AWS SDK as packages: what the Lambda runtime has too. */
const SDK = ['boto3', 'botocore', 's3transfer'];
const SDK_IMPORT = /^[ \t]*(?:from|import)[ \t]+(?:boto3|botocore|s3transfer)\b/m;

/** Records of the installer, which name this machine or its interpreter. */
const RECORDS = new Set(['RECORD', 'INSTALLER', 'REQUESTED', 'direct_url.json', 'uv_cache.json', 'uv_build.json']);

/** Whether the AWS SDK is left out of the packages. */
export interface SdkDecision {
  readonly mode: Boto3Mode;
  /** What the project itself asks for: normalized names, with the extras of each. */
  readonly direct: ReadonlyMap<string, readonly string[]>;
  /** Whether an application file imports it. */
  readonly imported: boolean;
}

/** Whether a text of Python imports the AWS SDK. */
export function importsSdk(source: string): boolean {
  return SDK_IMPORT.test(source);
}

/** Removes what names this machine. It goes whatever the options say, so that bundles are the same everywhere. */
export function removeRecords(directory: string): void {
  fs.rmSync(path.join(directory, '.lock'), { force: true });
  // Scripts begin with the path of the interpreter that installed them.
  fs.rmSync(path.join(directory, 'bin'), { recursive: true, force: true });
  fs.rmSync(path.join(directory, 'Scripts'), { recursive: true, force: true });
  for (const file of listFiles(directory)) {
    const info = path.posix.basename(path.posix.dirname(file)).endsWith('.dist-info');
    const compiled = file.endsWith('.pyc') || file.includes('__pycache__/');
    if (compiled || (info && RECORDS.has(path.posix.basename(file)))) fs.rmSync(path.join(directory, file));
  }
}

/** Removes the AWS SDK where the decision is so. Returns whether it did. */
export function removeSdk(directory: string, packages: readonly InstalledPackage[], decision: SdkDecision): boolean {
  const present = packages.filter(({ name }) => SDK.includes(name));
  if (present.length === 0 || !isSdkUnwanted(packages, decision)) return false;
  for (const each of present) {
    for (const top of new Set([each.info, ...each.files.map((file) => file.split('/')[0])])) {
      // A record may name files above the directory, as scripts are.
      if (SDK.includes(top) || top === each.info) fs.rmSync(path.join(directory, top), { recursive: true, force: true });
    }
  }
  return true;
}

function isSdkUnwanted(packages: readonly InstalledPackage[], { mode, direct, imported }: SdkDecision): boolean {
  if (mode !== Boto3Mode.AUTO) return mode === Boto3Mode.REMOVE;
  if (imported || SDK.some((name) => direct.has(name))) return false;
  // Powertools names the SDK as an extra: a dependency of an extra counts where the project asks for that extra.
  return !packages.some((each) => !SDK.includes(each.name) && each.name !== 'aws-xray-sdk' && each.requires.some(({ name, extra }) =>
    SDK.includes(name) && (extra === undefined || (direct.get(each.name) ?? []).includes(extra))));
}

/** Removes type stubs and tests that no code of their package reads. */
export function removeUnread(directory: string): void {
  const files = listFiles(directory);
  const present = new Set(files);
  for (const file of files) {
    if (!file.endsWith('.pyi')) continue;
    // A module may read its own stub to load lazily (`lazy_loader.attach_stub`).
    const module = file.slice(0, -1);
    const readsStub = present.has(module) && fs.readFileSync(path.join(directory, module), 'utf8').includes('attach_stub');
    if (!readsStub) fs.rmSync(path.join(directory, file));
  }
  for (const tests of testDirectories(files)) {
    const [top] = tests.split('/');
    const code = files.filter((file) => file.startsWith(`${top}/`) && file.endsWith('.py') && !isBelowTests(file));
    if (!code.some((file) => importsTests(fs.readFileSync(path.join(directory, file), 'utf8')))) {
      fs.rmSync(path.join(directory, tests), { recursive: true, force: true });
    }
  }
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

/** The Lambda user is another one than the owner: every file has to be readable by all. A linked file is replaced, not edited. */
export function makeReadable(directory: string): void {
  for (const file of listFiles(directory)) {
    const absolute = path.join(directory, file);
    const { mode } = fs.statSync(absolute);
    if (hasBits(mode, 0o444)) continue;
    const content = fs.readFileSync(absolute);
    fs.rmSync(absolute);
    fs.writeFileSync(absolute, content);
    fs.chmodSync(absolute, isExecutable(mode) ? 0o755 : 0o644);
  }
}
