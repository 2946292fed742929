import * as fs from 'fs';
import * as path from 'path';
import { processesStarted } from '../../src/private/process';
import { findInterpreter, findInterpreters, interpreterAt } from '../../src/python/interpreters';
import { canHaveUv, findUv, PINNED_UV } from '../../src/python/uv';
import { temporaryCache, testPython } from '../support/projects';

const cache = temporaryCache();
const python = testPython();

test('interpreters are asked once in the life of a cache', () => {
  const found = findInterpreters();
  expect(found.map((each) => each.path)).toContain(python.path);
  expect(JSON.stringify(fs.readFileSync(path.join(cache, 'programs.json'), 'utf8'))).toContain(python.version);
  const before = processesStarted();
  expect(findInterpreters()).toEqual(found);
  expect(findInterpreter(python.minor)?.minor).toBe(python.minor);
  expect(processesStarted()).toBe(before);
  for (const each of found) expect(fs.readFileSync(each.path).subarray(0, 2).toString()).not.toBe('#!');
});

test('damaged answers are asked for again', () => {
  const fresh = `${cache}-damaged`;
  fs.mkdirSync(fresh);
  fs.writeFileSync(path.join(fresh, 'programs.json'), '{"python');
  process.env.CDK_FASTAPI_CACHE = fresh;
  try {
    expect(interpreterAt(python.path, 'pythonPath')).toEqual(python);
  } finally {
    process.env.CDK_FASTAPI_CACHE = cache;
    fs.rmSync(fresh, { recursive: true });
  }
});

test('CDK_FASTAPI_PYTHON comes first, and has to be an interpreter', () => {
  process.env.CDK_FASTAPI_PYTHON = python.path;
  expect(findInterpreters()[0]).toEqual(python);
  process.env.CDK_FASTAPI_PYTHON = '/nowhere/python';
  expect(() => findInterpreters()).toThrow('`CDK_FASTAPI_PYTHON` must be a CPython interpreter, got: /nowhere/python');
  delete process.env.CDK_FASTAPI_PYTHON;
});

test('where the machine has no uv, the pinned one is installed into the cache, once', () => {
  const saved = { uv: process.env.CDK_FASTAPI_UV, path: process.env.PATH, home: process.env.HOME, pyenv: process.env.PYENV_ROOT };
  const bin = path.join(cache, 'bin');
  fs.mkdirSync(bin);
  fs.symlinkSync(python.path, path.join(bin, `python${python.minor}`));
  Object.assign(process.env, { CDK_FASTAPI_UV: '', PATH: bin, HOME: cache, PYENV_ROOT: cache });
  try {
    if (fs.existsSync(path.join(path.dirname(fs.realpathSync(python.path)), 'uv'))) return;
    expect(canHaveUv()).toBe(true);
    const uv = findUv();
    expect(uv.version).toBe(PINNED_UV);
    expect(uv.path.startsWith(path.join(cache, 'uv'))).toBe(true);
    const before = processesStarted();
    expect(findUv()).toEqual(uv);
    expect(processesStarted()).toBe(before);
  } finally {
    Object.assign(process.env, { CDK_FASTAPI_UV: saved.uv, PATH: saved.path, HOME: saved.home });
    if (saved.pyenv === undefined) delete process.env.PYENV_ROOT;
    else process.env.PYENV_ROOT = saved.pyenv;
  }
});
