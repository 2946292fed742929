import * as fs from 'fs';
import * as path from 'path';
import { CDK_APP, LEFT_OUT, NEVER_WALKED, SECRET_DIRECTORIES, SECRET_FILES } from '../../src/python/left-out';
import { applicationFiles, checkInclude, selectFiles, type FilePatterns } from '../../src/python/project-files';
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
  const name = pattern.replace(/^\*\*\//, '').replace(/\*+/g, 'x').replace(/\/$/, '/inside.py').replace(/^\//, '');
  return pattern.startsWith('/') ? name : `pkg/${name}`;
}

test.each([...SECRET_FILES, ...SECRET_DIRECTORIES, ...LEFT_OUT.flatMap(({ patterns }) => patterns), ...NEVER_WALKED])('%s is left out', (pattern) => {
  expect(files([example(pattern), 'main.py'])).toEqual(['main.py']);
});

test.each([
  'id_ecdsa', 'id_ecdsa_sk', 'id_dsa', 'id_ed25519_work', 'home.ppk', '.env', '.env-prod', '.env.local', '.env_test', 'prod.env', '.envs/.production/.django', '.envrc', '.npmrc',
  '.git-credentials', '.docker/config.json', '.kube/config', '.azure/accessTokens.json', '.config/gcloud/credentials.db', '.gnupg/pubring.kbx', 'terraform.tfstate',
  'terraform.tfstate.backup', 'prod.tfvars', 'x.auto.tfvars.json', '.bash_history', '.psql_history', 'zsh_history', '.htpasswd', '.vault-token', '.cargo/credentials.toml', '.oci/config',
  '.aws/credentials', '.ssh/config', '.pgpass', '.my.cnf', '.s3cfg', '.netrc', '.pypirc', 'kubeconfig', 'release.keystore', '.terraformrc', '.databrickscfg', '.node-repl-history',
])('the secret %s is left out at the top and in a package, and said with the way back', (name) => {
  const { files: kept, leftOut } = selectFiles(project(name, `pkg/${name}`, 'pkg/__init__.py').entry);
  expect(kept).toEqual(['pkg/__init__.py']);
  expect(leftOut.get('secrets')).toHaveLength(2);
});

test.each([
  'order_history/__init__.py', 'chat_history.json', 'id_rsa.py', 'id_rsa_tools.py', 'env.py', 'environment.yaml', 'env/local.json', 'configs/dev.toml', 'history.csv', 'kube/config.py', 'aws/client.py',
  'docker/client.py', 'key.json', 'keys/__init__.py', 'templates/x/Dockerfile.j2', 'envs/dev.yaml', 'node_modules_list.txt', 'secrets.py', 'api_key.py', 'dist/index.html', 'dist/assets/app.js',
  'build/index.html', 'build/static/app.css', 'pkg/dist/index.html', 'static/test/index.html', 'pkg/tests/__init__.py', 'terraform/plan.py', 'apikey/data.bin', 'public.crt', 'x_key',
])('%s is code or data of an app', (name) => {
  expect(files([name, 'main.py'])).toContain(name);
});

const block = (what: string): string => `-----BEGIN ${what}-----\nMIIB\n-----END ${what}-----\n`;

test.each([
  ['certs/global-bundle.pem', `# root\n${block('CERTIFICATE')}${block('CERTIFICATE')}`, true],
  ['jwt.pem', block('PUBLIC KEY'), true],
  ['jwt.key', block('RSA PUBLIC KEY'), true],
  ['dh.pem', block('DH PARAMETERS'), true],
  ['server.pem', block('CERTIFICATE') + block('PRIVATE KEY'), false],
  ['server.pem', block('ENCRYPTED PRIVATE KEY'), false],
  ['AuthKey.p8', block('PRIVATE KEY'), false],
  ['odd.pem', 'no PEM at all', false],
  ['server.crt', block('CERTIFICATE') + block('EC PRIVATE KEY'), false],
  ['server.crt', block('CERTIFICATE'), true],
  ['deploy_key', block('OPENSSH PRIVATE KEY'), false],
  ['github_ed25519', block('OPENSSH PRIVATE KEY'), false],
  ['signing.asc', block('PGP PRIVATE KEY BLOCK'), false],
  ['signing.asc', block('PGP PUBLIC KEY BLOCK'), true],
])('%s is judged by what it holds: %#', (name, text, kept) => {
  const held = project('main.py');
  held.write({ [name]: text });
  expect(applicationFiles(held.entry).includes(name)).toBe(kept);
});

test('what may be a secret or data is packed and named; who says so in `include` is not told again', () => {
  const names = ['credentials.json', 'pkg/service-account-prod.json', 'secrets.toml', 'data.sqlite3', 'main.py'];
  const held = project(...names);
  expect(selectFiles(held.entry)).toMatchObject({ files: [...names].sort(), ambiguous: ['credentials.json', 'data.sqlite3', 'pkg/service-account-prod.json', 'secrets.toml'] });
  expect(selectFiles(held.entry, { include: ['*.sqlite3'] }).ambiguous).not.toContain('data.sqlite3');
});

test('a CDK app below the project is left out whole, unless the app is in it; at the top, what it has beside its code', () => {
  expect(files(['main.py', 'infra/cdk.json', 'infra/app.py', 'infra/stacks/api.py', 'infra/cdk.context.json'])).toEqual(['main.py']);
  const served = ['service/cdk.json', 'service/main.py', 'service/tests/test_x.py'];
  expect(files(served, { entrypoint: 'service.main:app' })).toEqual(served);
  expect(files(['cdk.json', 'package.json', 'bin/app.ts', 'lib/stack.ts', 'main.py', 'lib/util.py'])).toEqual(['lib/util.py', 'main.py']);
  expect(files(['package.json', 'main.py'])).toContain('package.json');
  expect(CDK_APP.every((pattern) => pattern.startsWith('/'))).toBe(true);
});

test('what is served is not left out for its name', () => {
  const names = ['test/main.py', 'test/data.json'];
  expect(files(names, { entrypoint: 'test.main:app' })).toEqual(['test/data.json', 'test/main.py']);
  expect(files(names, { entrypoint: 'main:app' })).toEqual([]);
});

test('what Python builds leaves `build` and `dist`, what a front end builds stays', () => {
  expect(files(['dist/my_api-1.whl', 'dist/my_api-1.tar.gz', 'dist/index.html', 'build/lib/pkg/x.py', 'build/bdist.linux-x86_64/x', 'build/index.html'])).toEqual(['build/index.html', 'dist/index.html']);
});

test('`include` brings one file back from a directory that is left out, a cache or a secret one too, and must match', () => {
  const names = ['.aws/config', '.aws/credentials', 'tests/data/x.json', 'tests/y.py', 'static/node_modules/a/x.js', 'node_modules/b/y.js', 'infra/cdk.json', 'infra/x.py'];
  expect(files(names, { include: ['.aws/config', 'tests/data/', 'static/node_modules/', 'infra/x.py'] })).toEqual(['.aws/config', 'infra/x.py', 'static/node_modules/a/x.js', 'tests/data/x.json']);
  expect(() => checkInclude(['a.py'], ['*.pem', 'a.py', '# note', 'certs/'])).toThrow(/must match a file of the project, got: \*\.pem, certs\/, which matches none;/);
  expect(() => checkInclude(['certs/a.pem'], ['*.pem', 'certs/'])).not.toThrow();
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
