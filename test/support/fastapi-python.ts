import * as path from 'path';
import { findInterpreters } from '../../src/bundling/interpreters';
import { cacheEntry } from '../../src/private/cache';
import { hashParts } from '../../src/private/hash';
import { runTool, toolEnvironment } from '../../src/private/process';

const PACKAGES = ['fastapi>=0.135', 'python-multipart>=0.0.20'];

let made: string | undefined;

/**
 * A virtual environment with FastAPI, made once on this machine. It is made by venv and pip alone, so that it does not
 * depend on what the tests that use it are about. Ask for it before `CDK_FASTAPI_CACHE` names a folder that goes away.
 */
export function fastApiEnvironment(): string {
  made ??= makeEnvironment();
  return made;
}

/** The same, as its interpreter. */
export function fastApiPython(): string {
  return pythonOf(fastApiEnvironment());
}

function makeEnvironment(): string {
  const base = findInterpreters()[0];
  if (base === undefined) throw new Error('these tests need CPython 3.11 or newer');
  const tools = { cwd: process.cwd(), env: toolEnvironment() };
  return cacheEntry({
    kind: 'test-environments',
    key: hashParts({ python: base.path, version: base.version, packages: PACKAGES.join(' ') }),
    what: 'making the environment of the tests',
    verification: 'presence',
    build: (directory) => {
      runTool([base.path, '-m', 'venv', directory], { ...tools, what: 'make a virtual environment' });
      runTool([pythonOf(directory), '-m', 'pip', 'install', '--quiet', '--no-input', ...PACKAGES], { ...tools, what: 'install FastAPI' });
    },
  }).directory;
}

function pythonOf(environment: string): string {
  return path.join(environment, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
}
