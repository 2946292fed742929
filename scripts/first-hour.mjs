// Does what the README and docs/python.md say, letter by letter, in empty directories with the packed packages: `npm run first-hour
// [-- typescript | python | client …]`, after `npx projen package:js` and `package:python`. Lines are taken from the pages; what a page
// cannot know is replaced: the released package by the packed one. `cdk deploy` is left out.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonBin, uvProgram } from './uv.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const work = mkdtempSync(join(tmpdir(), 'cdk-fastapi-first-hour-'));
const { uv, python } = uvProgram();
const APP = 'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/hello")\ndef say_hello() -> dict[str, str]:\n    return {"hello": "world"}\n\n\n@app.get("/files/{name}")\ndef get_file(name: str) -> str:\n    return name\n\n\n@app.put("/files/{name}")\ndef upload_file(name: str) -> str:\n    return name\n';
/** The same app as people keep it: what is written beside `main.py`, and what makes the rest. */
const PROJECTS = {
  requirements: { files: { 'requirements.txt': 'fastapi\n' }, make: [] },
  uv: { files: { 'pyproject.toml': '[project]\nname = "my-api"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ["fastapi"]\n' }, make: [[uv, 'lock', '-q']] },
  poetry: {
    files: { 'pyproject.toml': '[tool.poetry]\nname = "my-api"\nversion = "0.1.0"\ndescription = ""\nauthors = []\npackage-mode = false\n\n[tool.poetry.dependencies]\npython = ">=3.11,<4.0"\nfastapi = "*"\n' },
    make: [[uv, 'tool', 'run', '--from', 'poetry', 'poetry', 'lock', '-q']],
  },
};
const steps = { typescript: typeScript, python: inPython, client: page };
const wanted = process.argv.slice(2);
try {
  for (const [name, step] of Object.entries(steps)) if (wanted.length === 0 || wanted.includes(name)) await step();
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** README: A first API, once for each kind of project; the last one is called through `local`. */
async function typeScript() {
  const [make, program, commands] = fences(join(root, 'README.md'), 'A first API');
  for (const [kind, project] of Object.entries(PROJECTS)) {
    const directory = join(work, kind);
    const api = join(directory, 'my_api');
    mkdirSync(api, { recursive: true });
    for (const [name, text] of Object.entries({ 'main.py': APP, ...project.files })) writeFileSync(join(api, name), text);
    for (const argv of project.make) run(argv, api);
    const lines = make.text.split('\n').map((line) => line.replace('npm install cdk-fastapi', `npm install ${packed('js', '.tgz')}`));
    shell(lines, directory);
    const infra = join(directory, 'infra');
    writeFileSync(join(infra, 'bin', 'infra.ts'), program.text);
    for (const line of commands.text.split('\n').map((text) => text.replace(/\s+#.*/, ''))) {
      if (line === 'npx cdk deploy' || line === '') continue;
      if (line === 'npx cdk-fastapi local') await called(infra);
      else shell([line], infra);
    }
    say(`${kind}: ${[...lines, ...commands.text.split('\n')].length} lines of the README work`);
  }
}

/** `local` is started as the README says, answers, and ends with Ctrl-C. */
async function called(infra) {
  const child = spawn(process.execPath, [join(infra, 'node_modules', 'cdk-fastapi', 'bin', 'cdk-fastapi'), 'local', '--json'], { cwd: infra, env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  const urls = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => { said += chunk; if (said.includes('\n')) resolve(said); });
    child.once('exit', (code) => reject(new Error(`local ended with exit status ${code}`)));
  });
  const url = /"(http:[^"]+)"/.exec(urls)[1];
  const answer = await fetch(`${url.replace(/\/$/, '')}/hello`);
  if (answer.status !== 200 || (await answer.json()).hello !== 'world') throw new Error(`local must answer, got: ${answer.status}`);
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  child.kill('SIGINT');
  const code = await ended;
  if (code !== 0) throw new Error(`local must end well with Ctrl-C, got: exit status ${code}`);
}

/** docs/python.md: its first sample as a CDK app. */
async function inPython() {
  const [install, program] = fences(join(root, 'docs', 'python.md'), 'In Python');
  const directory = join(work, 'python');
  const api = join(directory, 'my_api');
  mkdirSync(api, { recursive: true });
  for (const [name, text] of Object.entries({ 'main.py': APP, ...PROJECTS.requirements.files })) writeFileSync(join(api, name), text);
  run([python, '-m', 'venv', join(directory, 'venv')], directory);
  const place = dirname(pythonBin(join(directory, 'venv')));
  shell(install.text.split('\n').map((line) => line.replace('cdk-fastapi ', `${packed('python', '.whl')} `)), directory, place);
  writeFileSync(join(directory, 'my_stack.py'), program.text);
  writeFileSync(join(directory, 'app.py'), 'from aws_cdk import App\n\nfrom my_stack import MyStack\n\napp = App()\nMyStack(app, "MyStack")\napp.synth()\n');
  writeFileSync(join(directory, 'cdk.json'), '{ "app": "python app.py" }\n');
  shell(['npx --yes aws-cdk@2 synth --quiet', 'cdk-fastapi lint --entry my_api'], directory, place);
  say('python: the first sample synthesizes, and the command works');
}

/** docs/client.md in a page of create-vite. */
async function page() {
  const [install, beside] = fences(join(root, 'docs', 'client.md'), 'A typed client');
  const directory = join(work, 'client');
  const api = join(directory, 'bookshop');
  mkdirSync(api, { recursive: true });
  for (const [name, text] of Object.entries({ 'main.py': APP, ...PROJECTS.requirements.files })) writeFileSync(join(api, name), text);
  shell(['npx --yes create-vite@latest web --template react-ts --no-interactive'], directory);
  const web = join(directory, 'web');
  const lines = install.text.split('\n');
  shell(['npm install', `npm install --save-dev ${packed('js', '.tgz')} aws-cdk-lib@latest constructs@latest`, beside.text, ...lines, 'npx tsc -b', 'npx vite build'], web);
  say('client: a page of create-vite compiles with the client');
}

/** Code blocks under a heading, up to the next one. */
function fences(file, heading) {
  const text = readFileSync(file, 'utf8');
  const begin = text.search(new RegExp(`^#+ ${heading}$`, 'm'));
  if (begin < 0) throw new Error(`${file} must have the heading ${heading}`);
  const section = text.slice(begin).split(/\n(?=#+ )/)[0];
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)\n```$/gm)].map(([, language, body]) => ({ language, text: body }));
}

function shell(lines, cwd, path) {
  run(['bash', '-euo', 'pipefail', '-c', lines.join('\n')], cwd, path);
}

function run([program, ...args], cwd, path) {
  const done = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28, env: environment(path) });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${args.at(-1)}\nended with exit status ${done.status}\n${done.stdout}${done.stderr}`);
}

function environment(path) {
  return { ...process.env, npm_config_yes: 'true', CDK_FASTAPI_UV: uv, ...(path && { PATH: `${path}${delimiter}${process.env.PATH}` }) };
}

function packed(language, ending) {
  const directory = join(root, 'dist', language);
  const found = readdirSync(directory).filter((name) => name.endsWith(ending));
  if (found.length !== 1) throw new Error(`one package is expected in ${directory}, got: ${found.length}`);
  return join(directory, found[0]);
}

function say(text) {
  process.stderr.write(`first-hour: ${text}\n`);
}
