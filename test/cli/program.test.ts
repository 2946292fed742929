import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { TemporaryProject } from '../support/temporary-project';

const PROGRAM = path.resolve('bin', 'cdk-fastapi');
// The program is the compiled one, which `npm test` makes first.
const compiled = fs.existsSync(path.resolve('lib', 'cli', 'main.js')) ? test : test.skip;

let project: TemporaryProject;

beforeEach(() => {
  project = new TemporaryProject({
    'openapi.json': JSON.stringify({
      openapi: '3.1.0', info: { title: 'Shop', version: '1' }, paths: { '/{a}-{b}': { get: { operationId: 'both', responses: { 200: { description: 'OK' } } } } },
    }),
  });
});

afterEach(() => project.remove());

function run(...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { cwd: project.root, encoding: 'utf8' });
  return { status, stdout, stderr };
}

compiled('a document is written to standard output, with exit status 0', () => {
  const ended = run('openapi', '--openapi', 'openapi.json');
  expect(ended).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(ended.stdout)).toEqual(JSON.parse(fs.readFileSync(path.join(project.root, 'openapi.json'), 'utf8')));
});

compiled('problems end with exit status 1', () => {
  const ended = run('lint', '--openapi', 'openapi.json', '--json');
  expect(ended).toMatchObject({ status: 1, stderr: '' });
  expect(JSON.parse(ended.stdout)).toMatchObject({ errors: 1, operations: 1 });
});

compiled('wrong usage ends with exit status 2', () => {
  expect(run('lint')).toMatchObject({ status: 2, stdout: '' });
});
