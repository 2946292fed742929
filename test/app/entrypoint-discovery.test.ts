import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { discoverEntrypoint } from '../../src/app/entrypoint-discovery';
import { PythonProject } from '../../src/python/python-project';

const APP = 'from fastapi import FastAPI\n\napp = FastAPI()\n';
let root: string;

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'entrypoint-')));
});

afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function project(files: Record<string, string>): PythonProject {
  const entry = path.join(root, 'shop');
  fs.mkdirSync(entry, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(entry, name)), { recursive: true });
    fs.writeFileSync(path.join(entry, name), content);
  }
  return PythonProject.inspect(entry);
}

function discover(files: Record<string, string>, option?: string): string {
  return discoverEntrypoint(project(files), option).entrypoint;
}

describe('what the user says', () => {
  const files = { 'pyproject.toml': '[tool.fastapi]\nentrypoint = "shop.web:api"\n', 'main.py': APP };

  test('the option comes first', () => {
    expect(discover(files, 'shop.other:create_app')).toBe('shop.other:create_app');
  });

  test('pyproject.toml comes next', () => {
    expect(discover(files)).toBe('shop.web:api');
  });

  test('without either the files are searched', () => {
    expect(discover({ ...files, 'pyproject.toml': '[tool.fastapi]\n' })).toBe('main:app');
  });

  test.each([
    ['shop/main.py', 'such as shop.main:app'],
    ['src/shop/main.py:api', 'such as shop.main:api'],
    ['shop.main', 'such as pkg.main:app'],
    ['shop.main:', 'such as pkg.main:app'],
    ['shop.main:app\u001b[2J', 'got: "shop.main:app\\u001b[2J"'],
    ['shop.main:app; import os', 'such as pkg.main:app'],
    ['', 'got: ""'],
  ])('%j is refused', (option, message) => {
    expect(() => discover({}, option)).toThrow(message);
  });

  test('an entry point in pyproject.toml is checked alike', () => {
    expect(() => discover({ 'pyproject.toml': '[tool.fastapi]\nentrypoint = "main.py"\n' }))
      .toThrow('`[tool.fastapi] entrypoint` in pyproject.toml must be written as module:attribute, such as main:app, got: "main.py"');
    expect(() => discover({ 'pyproject.toml': '[tool.fastapi]\nentrypoint = 3\n' })).toThrow('must be a string such as "pkg.main:app", got: 3');
  });
});

describe('the files of the FastAPI command line', () => {
  const order = ['main.py', 'app.py', 'api.py', 'app/main.py', 'app/app.py', 'app/api.py'];
  const names = ['main:app', 'app:app', 'api:app', 'app.main:app', 'app.app:app', 'app.api:app'];

  test.each(order.map((file, index) => [file, names[index], index] as const))('%s', (_file, name, index) => {
    expect(discover(Object.fromEntries(order.slice(index).map((each) => [each, APP])))).toBe(name);
  });

  test('a file without an app is passed over', () => {
    expect(discover({ 'main.py': 'import typer\n\napp = typer.Typer()\n', 'app/main.py': APP })).toBe('app.main:app');
  });
});

describe('packages', () => {
  test('the package that is called like the project', () => {
    expect(discover({ 'pyproject.toml': '[project]\nname = "My-Shop"\n', 'my_shop/main.py': APP, 'another/__init__.py': APP })).toBe('my_shop.main:app');
  });

  test('the package that is called like the directory', () => {
    expect(discover({ 'shop/app.py': APP, 'another/__init__.py': APP })).toBe('shop.app:app');
  });

  test('a src layout', () => {
    expect(discover({ 'pyproject.toml': '[project]\nname = "my-shop"\n', 'src/my_shop/__init__.py': '', 'src/my_shop/api.py': APP })).toBe('my_shop.api:app');
  });

  test('modules right in src', () => {
    expect(discover({ 'src/main.py': APP })).toBe('main:app');
  });

  test('a src that is a package', () => {
    expect(discover({ 'src/__init__.py': '', 'src/main.py': APP })).toBe('src.main:app');
  });

  test('the only other package', () => {
    expect(discover({ 'web/__init__.py': APP, 'tests/__init__.py': APP, 'scripts/main.py': APP })).toBe('web:app');
  });

  test('of several apps none is guessed', () => {
    expect(() => discover({ 'web/__init__.py': APP, 'admin/__init__.py': '', 'admin/api.py': APP })).toThrow(/several FastAPI apps found[\s\S]* {2}admin.api:app\n {2}web:app/);
  });

  test('of several apps none is guessed where the project has a package without one', () => {
    expect(() => discover({ 'shop/__init__.py': '', 'web/__init__.py': APP, 'admin/__init__.py': APP })).toThrow('several FastAPI apps found');
  });
});

test('nothing found: one error lists what was tried', () => {
  let message = '';
  try {
    discover({ 'main.py': 'def create_app():\n    app = FastAPI()\n    return app\n', 'app/main.py': 'print(1)\n' });
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message.split('\n')).toEqual([
    `no FastAPI app found in ${root}/shop: name it by \`entrypoint\`, such as \`pkg.main:app\`, or by \`[tool.fastapi] entrypoint\` in pyproject.toml`,
    'a function that may make the app: `entrypoint: \'main:create_app\'`',
    'tried:',
    '  [tool.fastapi] entrypoint in pyproject.toml: not set',
    '  main.py: no FastAPI object at its top level',
    '  app.py: no such file',
    '  api.py: no such file',
    '  app/main.py: no FastAPI object at its top level',
    '  app/app.py: no such file',
    '  app/api.py: no such file',
    '  src/main.py: no such file',
    '  src/app.py: no such file',
    '  src/api.py: no such file',
  ]);
});
