import * as path from 'path';
import { cacheEntry } from '../../src/cache/cache';
import { hashParts } from '../../src/private/hash';
import { runTool, toolEnvironment } from '../../src/private/process';
import { findInterpreters } from '../../src/python/interpreters';

const PACKAGES = ['fastapi>=0.135', 'python-multipart>=0.0.20'];

let made: string | undefined;

/** A virtual environment with FastAPI. Ask for it before `CDK_FASTAPI_CACHE` names a folder that goes away. */
export function fastApiEnvironment(): string {
  made ??= pythonEnvironment(PACKAGES);
  return made;
}

/** The same, as its interpreter. */
export function fastApiPython(): string {
  return pythonOf(fastApiEnvironment());
}

/**
 * A virtual environment with some packages, made once on this machine. It is made by venv and pip alone, so that it does
 * not depend on what the tests that use it are about.
 */
export function pythonEnvironment(packages: readonly string[]): string {
  const base = findInterpreters()[0];
  if (base === undefined) throw new Error('these tests need CPython 3.11 or newer');
  const tools = { cwd: process.cwd(), env: toolEnvironment() };
  return cacheEntry({
    kind: 'test-environments',
    key: hashParts({ python: base.path, version: base.version, packages: packages.join(' ') }),
    what: 'making an environment for the tests',
    verification: 'presence',
    build: (directory) => {
      runTool([base.path, '-m', 'venv', directory], { ...tools, what: 'make a virtual environment' });
      runTool([pythonOf(directory), '-m', 'pip', 'install', '--quiet', '--no-input', ...packages], { ...tools, what: `install ${packages.join(' ')}` });
    },
  }).directory;
}

/** The interpreter of an environment. */
export function pythonOf(environment: string): string {
  return path.join(environment, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
}
