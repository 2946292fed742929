import * as fs from 'fs';
import * as path from 'path';
import { applicationFiles, LEFT_OUT, NEVER_WALKED, type FilePatterns } from '../../src/python/project-files';
import { TemporaryProject } from '../support/temporary-project';

const made: TemporaryProject[] = [];
afterAll(() => made.forEach((each) => each.remove()));

function project(...names: string[]): TemporaryProject {
  const created = new TemporaryProject(Object.fromEntries(names.map((name) => [name, ''])), 'my api ü');
  made.push(created);
  return created;
}

const files = (names: readonly string[], patterns?: FilePatterns): string[] => applicationFiles(project(...names).entry, patterns);

/** A file that a pattern leaves out, below the top where the pattern allows it. */
function example(pattern: string): string {
  const name = pattern.replace(/\*+/g, 'x').replace(/\/$/, '/inside.py').replace(/^\//, '');
  return pattern.startsWith('/') ? name : `pkg/${name}`;
}

test.each([...LEFT_OUT, ...NEVER_WALKED])('%s is left out', (pattern) => {
  expect(files([example(pattern), 'main.py'])).toEqual(['main.py']);
});

test('code and data are kept, sorted, whatever they are called', () => {
  const names = ['main.py', 'environment.py', 'pkg/env.py', 'pkg/key.py', 'pkg/tests/__init__.py', 'pkg/build/x.py', 'data/größe ö.csv', 'templates/index.html', 'pyproject.toml', '__init__.py'];
  expect(files(names)).toEqual([...names].sort());
});

test('`exclude` leaves more out, `include` wins over both', () => {
  const names = ['main.py', 'data/big.bin', 'data/small.bin', 'certs/ca.pem', 'certs/own.pem', 'tests/data/x.json', '.venv/ca.pem'];
  expect(files(names, { exclude: ['data/'], include: ['data/small.bin', 'certs/ca.pem', '/tests/data/'] })).toEqual(['certs/ca.pem', 'data/small.bin', 'main.py', 'tests/data/x.json']);
  expect(files(names, { include: ['*'] })).not.toContain('.venv/ca.pem');
});

test('an environment under any name is left out', () => {
  expect(files(['main.py', 'my-environment/pyvenv.cfg', 'my-environment/lib/x.py'])).toEqual(['main.py']);
});

test('symbolic links: inside they are followed; outside, broken and circular ones are refused by name', () => {
  const linked = project('main.py', 'data/a.txt');
  const link = (target: string, name: string): void => fs.symlinkSync(target, path.join(linked.entry, name));
  link('data/a.txt', 'b.txt');
  link('data', 'more');
  expect(applicationFiles(linked.entry)).toEqual(['b.txt', 'data/a.txt', 'main.py', 'more/a.txt']);

  link('/etc', 'data/system');
  expect(() => applicationFiles(linked.entry)).toThrow('leads out of it, got: data/system -> /etc;');
  fs.rmSync(path.join(linked.entry, 'data/system'));
  link('nowhere', 'data/broken');
  expect(() => applicationFiles(linked.entry)).toThrow('leads nowhere, got: data/broken;');
  fs.rmSync(path.join(linked.entry, 'data/broken'));
  link('..', 'data/up');
  expect(() => applicationFiles(linked.entry)).toThrow(/leads back to a directory above it, got: data\/up/);
});
