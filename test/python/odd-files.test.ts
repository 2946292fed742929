import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { FastApiApp, OpenApiSource } from '../../src';
import { PythonProject } from '../../src/python/python-project';
import { TemporaryProject } from '../support/temporary-project';

const APP = 'from fastapi import FastAPI\napp = FastAPI()\n';
const before = { ...process.env };
let project: TemporaryProject;

beforeEach(() => { project = new TemporaryProject({ 'main.py': APP, 'requirements.txt': 'fastapi\n' }); });
afterEach(() => {
  process.env = { ...before };
  project.remove();
});

const KINDS: Record<string, (file: string) => void> = {
  'a directory': (file) => fs.mkdirSync(file),
  'a named pipe': (file) => execFileSync('mkfifo', [file]),
  'a link that leads nowhere': (file) => fs.symlinkSync('nowhere', file),
  'a link that leads to itself': (file) => fs.symlinkSync(path.basename(file), file),
  'a socket or a device': (file) => fs.symlinkSync('/dev/zero', file),
};

/** Puts something else in the place of a file. */
function put(name: string, kind: string): string {
  const file = path.join(project.entry, name);
  fs.rmSync(file, { force: true });
  KINDS[kind](file);
  return file;
}

const NAMES = ['pyproject.toml', 'requirements.txt', 'requirements-dev.in', 'uv.lock', 'poetry.lock', 'pylock.toml', 'pylock.dev.toml', '.python-version', 'setup.py'];
const skipOnWindows = process.platform === 'win32' ? test.skip.each : test.each;

skipOnWindows(NAMES.flatMap((name) => Object.keys(KINDS).map((kind) => [name, kind])))('%s that is %s is refused and not waited for', (name, kind) => {
  put(name, kind);
  expect(() => PythonProject.inspect(project.entry)).toThrow(`\`${name}\` of a FastAPI project must be a file, got: ${kind.replace('to itself', 'nowhere')} (`);
});

skipOnWindows(Object.keys(KINDS))('a module that is %s is none', (kind) => {
  put('main.py', kind);
  fs.mkdirSync(path.join(project.entry, 'app'));
  put('app/main.py', kind);
  expect(() => FastApiApp.fromDirectory(project.entry)._entrypoint).toThrow('no FastAPI app found in');
});

skipOnWindows(Object.keys(KINDS))('a document that is %s cannot be read', (kind) => {
  const file = put('openapi.json', kind);
  expect(() => FastApiApp.fromDirectory(project.entry, { openApi: OpenApiSource.fromFile(file) }).operations).toThrow(`the OpenAPI document ${file} cannot be read`);
});

skipOnWindows(Object.keys(KINDS))('included requirements that are %s cannot be read', (kind) => {
  put('more.list', kind);
  project.write({ 'requirements.txt': '-r more.list\n' });
  expect(() => PythonProject.inspect(project.entry).dependencyHash()).toThrow('a requirements file of the project cannot be read');
});

skipOnWindows([['sleep 600'], ['sleep 600 & wait']])('a uv that hangs is ended with all that it has started: %s', (line) => {
  project.write({ uv: `#!/bin/sh\nif [ "$1" = --version ]; then echo "uv 0.9.0"; exit; fi\n${line}\n` });
  fs.chmodSync(path.join(project.entry, 'uv'), 0o755);
  Object.assign(process.env, { CDK_FASTAPI_UV: path.join(project.entry, 'uv'), CDK_FASTAPI_TOOL_TIMEOUT: '1', CDK_FASTAPI_CACHE: path.join(project.root, 'cache'), CDK_FASTAPI_QUIET: '1' });
  expect(() => FastApiApp.fromDirectory(project.entry)._bundle).toThrow(/still running after 1 seconds, ended; the variable CDK_FASTAPI_TOOL_TIMEOUT gives it more/);
});
