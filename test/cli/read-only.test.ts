import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { testUv } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

const PROGRAM = path.resolve('bin', 'cdk-fastapi');
const NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups'];
const APP = 'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/hello")\ndef say_hello() -> str:\n    return "hello"\n';

/** Runs a program as a user who may write nowhere but where everybody may; modes stop no superuser. */
function asNobody(argv: readonly string[], variables: Record<string, string> = {}): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const env: NodeJS.ProcessEnv = { ...process.env, PATH: `${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`, ...variables };
  for (const name of ['CDK_FASTAPI_CACHE', 'CDK_FASTAPI_PYTHON', 'VIRTUAL_ENV', 'XDG_CACHE_HOME', 'UV_CACHE_DIR', 'PYENV_ROOT']) {
    if (!Object.hasOwn(variables, name)) delete env[name];
  }
  const { status, stdout, stderr } = spawnSync('setpriv', [...NOBODY, ...argv], { cwd: '/', env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Only the superuser can become another one, who also has to reach the compiled program and a Python. */
function canBeNobody(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !fs.existsSync(path.resolve('lib', 'cli', 'main.js'))) return false;
  const pythons = ['3.11', '3.12', '3.13', '3.14'].flatMap((minor) => ['/usr/bin', '/usr/local/bin'].map((directory) => `${directory}/python${minor}`));
  return asNobody([process.execPath, PROGRAM, '--version']).status === 0 && pythons.some((file) => asNobody([file, '-c', 'import venv']).status === 0);
}

const whereNobodyReads = canBeNobody() ? test : test.skip;

whereNobodyReads('a home and a project that cannot be written to: the cache is asked for, and with one the app is read', () => {
  const project = new TemporaryProject({ 'main.py': APP, 'requirements.txt': 'fastapi\n' }, 'api');
  const at = (name: string): string => path.join(project.root, name);
  try {
    fs.chmodSync(project.root, 0o755);
    fs.mkdirSync(at('home'));
    fs.mkdirSync(at('cache'));
    fs.copyFileSync(testUv(), at('uv'));
    for (const [name, mode] of [['home', 0o555], ['api', 0o555], ['cache', 0o777], ['uv', 0o755]] as const) fs.chmodSync(at(name), mode);
    const files = project.files();
    const openapi = [process.execPath, PROGRAM, 'openapi', '--entry', project.entry];

    const refused = asNobody(openapi, { HOME: at('home'), CDK_FASTAPI_UV: at('uv') });
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toBe(`error: the cache folder cannot be written to, got: ${at('home')}/.cache/cdk-fastapi (EACCES); set \`CDK_FASTAPI_CACHE\` to a folder that can be\n`);

    const read = asNobody(openapi, { HOME: at('home'), CDK_FASTAPI_UV: at('uv'), CDK_FASTAPI_CACHE: at('cache') });
    expect(read.stderr).not.toMatch(/^error/m);
    expect(JSON.parse(read.stdout)).toMatchObject({ paths: { '/hello': {} } });
    expect(project.files()).toEqual(files);
    expect(fs.readdirSync(at('home'))).toEqual([]);
  } finally {
    project.remove();
  }
});
