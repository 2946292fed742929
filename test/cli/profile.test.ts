import * as fs from 'fs';
import * as path from 'path';
import { eventFor } from '../../src/cli/profile/first-request';
import { flamePicture } from '../../src/cli/profile/flame';
import { modulesOf, partsOf } from '../../src/cli/profile/profile-parts';
import type { Span } from '../../src/cli/profile/start-profile';
import { cli } from '../support/cli';
import { TemporaryProject } from '../support/temporary-project';

const APP = `
import statistics
import time
from contextlib import asynccontextmanager
import heavy
from fastapi import FastAPI
from pydantic import BaseModel

class Item(BaseModel):
    name: str

@asynccontextmanager
async def lifespan(app):
    until = time.process_time() + 0.05
    while time.process_time() < until: pass
    yield

app = FastAPI(lifespan=lifespan)

@app.get("/hello")
def hello() -> Item:
    return Item(name="hello")

@app.get("/reports/{report_id}")
def report(report_id: str) -> float:
    return heavy.work(report_id)
`;

let project: TemporaryProject;
beforeAll(() => {
  project = new TemporaryProject({ 'main.py': APP, 'requirements.txt': 'fastapi\n', '.python-version': '3.13\n', 'heavy.py': 'import time\ntime.sleep(0.01)\ndef work(x): return 1.0\n' }, 'shop');
});
afterAll(() => project.remove());

test('shows where the start of the whole app goes, and writes a picture', async () => {
  const flame = path.join(project.entry, 'flame.svg');
  const { code, out, err } = await cli('profile', '--entry', project.entry, '--runs', '1', '--flame', flame);
  expect(err).toBe('');
  expect(code).toBe(0);
  for (const text of ['Cold start of main:app, then GET /hello', 'interpreter', 'pydantic', 'lifespan', 'modules of Python', 'all', 'without compiled files', 'GET /hello was answered with 200']) {
    expect(out).toContain(text);
  }
  expect(fs.readFileSync(flame, 'utf8')).toContain('<svg');
}, 300_000);

test('of one operation as JSON, and compares', async () => {
  const { code, out } = await cli('profile', '--entry', project.entry, '--runs', '1', '--operation', 'report', '--json');
  expect(code).toBe(0);
  const read = JSON.parse(out);
  expect(read).toMatchObject({ entrypoint: 'main:app', operation: 'GET /reports/{report_id}', status: 200, bytecode: true, python: '3.13' });
  const lifespan = read.parts.find(({ part }: { part: string }) => part === 'lifespan');
  expect(lifespan.cpu).toBeGreaterThanOrEqual(49);
  expect(read.withoutBytecode).toBeGreaterThan(read.total.cpu);
  const before = path.join(project.entry, 'before.json');
  fs.writeFileSync(before, out);
  const compared = await cli('profile', '--entry', project.entry, '--runs', '1', '--compare', before);
  expect(compared.out).toMatch(/before\n/);
  expect(compared.out).toMatch(/^all .*\d \([+-]\d/m);
}, 300_000);

test.each([
  [['--openapi', 'x.json'], /profile starts the app itself/],
  [['--entry', '.', '--runs', '0'], /whole number from 1 to 99/],
  [['--entry', '.', '--compare', 'nothing.json'], /`--compare` must be a file that `cdk-fastapi profile --json` wrote, got: nothing.json, which is no file/],
  [['--entry', '.', '--compare', 'package.json'], /which has no `parts` and `total`/],
  [['--entry', '.', '--compare', 'README.md'], /which is no JSON/],
  [['--entry', '.', '--flame', 'no/such/flame.svg'], /`--flame` must be a file in a directory that exists/],
])('%j is wrong usage, before anything is started', async (args, message) => {
  const { code, err } = await cli('profile', ...args);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test('an app that does not start is told with its traceback', async () => {
  const broken = new TemporaryProject({ 'main.py': 'from fastapi import FastAPI\nimport os\napp = FastAPI()\napp.add_api_route("/x", lambda: 1)\nif "AWS_LAMBDA_FUNCTION_NAME" in os.environ:\n    raise ValueError("no")\n', 'requirements.txt': 'fastapi\n', '.python-version': '3.13\n' }, 'broken');
  const { code, err } = await cli('profile', '--entry', broken.entry, '--runs', '1');
  broken.remove();
  expect(code).toBe(1);
  expect(err).toMatch(/main:app must start from its bundle to be profiled, got: an error; give the variables that it needs by --env[\s\S]*ValueError: no/);
}, 300_000);

const span = (kind: Span['kind'], name: string, cpu: number, inside: Span[] = []): Span => ({ kind, name, cpu, ms: 2 * cpu, inside });

test('each part has what it does itself, and what its modules import goes to those', () => {
  const start = span('start', 'start', 100, [
    span('import', 'cdk_fastapi_runtime.handler', 90, [
      span('import', 'main', 60, [span('model', 'Item', 5), span('import', 'heavy.part', 30, [span('model', 'Theirs', 4), span('import', 'json', 10)]), span('routes', '/x', 3)]),
      span('lifespan', 'lifespan', 7),
    ]),
  ]);
  const modules = modulesOf([{ file: 'heavy/part.py', bytes: 7 }, { file: 'heavy/__init__.py', bytes: 3 }, { file: 'main.py', bytes: 1 }], (file) => file === 'main.py');
  const found = Object.fromEntries(partsOf({ interpreter: 1, status: null, alone: {}, places: { main: 'main.py', heavy: 'heavy/__init__.py' }, start }, modules).map(({ part, cpu }) => [part, cpu]));
  expect(found).toEqual({
    'interpreter': 1, 'runtime of cdk-fastapi': 10 + 23, 'own modules': 22, 'own models': 5, 'heavy': 20, 'modules of Python': 10, 'registration of routes': 3, 'lifespan': 7,
  });
});

test('names of strangers stay text in the picture', () => {
  const picture = flamePicture('a & <b>', span('start', '</text><script>alert(1)</script>\u0001\ud800"', 1));
  expect(picture).not.toContain('<script>');
  expect(picture).toContain('a &amp; &lt;b&gt;');
  expect(picture).not.toMatch(/[\u0001\ud800]/);
});

test('an operation is asked with 1 for each parameter', () => {
  expect(eventFor({ method: 'PUT', path: '/a/{b}/{c}' } as never)).toMatchObject({ path: '/a/1/1', httpMethod: 'PUT' });
});
