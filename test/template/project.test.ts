import * as fs from 'fs';
import * as path from 'path';
import { newProject } from './support';
import { COMPUTES } from '../../src/cli/new/new-options';
import { freePort } from '../../src/local/http-exchange';
import { startTool, toolEnvironment } from '../../src/private/process';
import { runTestUv, temporaryCache } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

temporaryCache();

// Names before and after every other in the order of imports, and of other lengths than the template's own.
describe.each([['a', 'rest'], [`z${'-longest'.repeat(9).slice(0, 63)}`, 'http'], ['my-shop', 'streaming']] as const)('the project %s (%s)', (name, compute) => {
  let project: TemporaryProject;

  beforeAll(() => {
    project = newProject(name, compute);
    runTestUv(project.root, 'sync', '--quiet');
  });
  afterAll(() => project.remove());

  test.each([
    [['ruff', 'check', '--no-cache', '.']],
    [['ruff', 'format', '--check', '--no-cache', '.']],
    [['mypy', '--cache-dir', '/dev/null']],
    [['pytest', '-q', '-p', 'no:cacheprovider']],
    [['python', 'scripts/generate_open_api.py', 'out/openapi.json']],
    [['python', 'scripts/bundle.py', 'out/bundle']],
  ])('%p', (command) => {
    runTestUv(project.root, 'run', '--quiet', ...command);
  });

  test('its document and its bundle were written', () => {
    const document = JSON.parse(fs.readFileSync(path.join(project.root, 'out/openapi.json'), 'utf8'));
    expect(Object.keys(document.paths)).toEqual(compute === 'streaming' ? ['/echo', '/echo/words'] : ['/echo']);
    expect(fs.readdirSync(path.join(project.root, 'out/bundle'))).toEqual(expect.arrayContaining(['fastapi', 'mangum', name.replaceAll('-', '_')]));
    expect(fs.readdirSync(path.join(project.root, 'out')).sort()).toEqual(['bundle', 'openapi.json']);
  });
});

describe('the development server', () => {
  let project: TemporaryProject;
  beforeAll(() => {
    project = newProject('my-shop', COMPUTES[0]);
    runTestUv(project.root, 'sync', '--quiet');
  });
  afterAll(() => project.remove());

  test('serves the API and its documentation, and what was changed', async () => {
    const port = await freePort();
    const python = path.join(project.root, '.venv', process.platform === 'win32' ? 'Scripts' : 'bin', 'python');
    const server = startTool([python, '-m', 'fastapi', 'dev', '--port', String(port)], { cwd: project.root, env: toolEnvironment() });
    server.stdout?.resume();
    server.stderr?.resume();
    try {
      const get = async (route: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${route}`);
      await eventually(async () => (await get('/docs')).status === 200);
      for (const [route, text] of [['/docs', 'swagger-ui'], ['/redoc', 'redoc'], ['/openapi.json', '"/echo"'], ['/echo?message=hello', '{"message":"hello"}']]) {
        const answer = await get(route);
        expect([route, answer.status]).toEqual([route, 200]);
        expect(await answer.text()).toContain(text);
      }
      fs.appendFileSync(path.join(project.root, 'my_shop/main.py'), '\n\n@app.get("/added")\ndef added() -> str:\n    return "added"\n');
      await eventually(async () => (await get('/added')).status === 200);
    } finally {
      server.kill('SIGINT');
      await new Promise((resolve) => server.once('exit', resolve));
    }
  });
});

/** Waits until something holds; while a server starts or restarts, asking it fails. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not happen within a minute');
}
