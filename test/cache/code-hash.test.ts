import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { runTool, toolEnvironment } from '../../src/private/process';

/** A copy of the rooms that the hash reads, as the package has them. */
let library: string;
beforeEach(() => {
  library = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-test-'));
  const options = { cwd: library, env: toolEnvironment(), what: 'compile the rooms' };
  const tsc = require.resolve('typescript/bin/tsc');
  const source = path.resolve(__dirname, '..', '..', 'src');
  runTool([
    process.execPath, tsc, path.join(source, 'cache', 'code-hash.ts'), '--outDir', library, '--rootDir', source, '--module', 'node16', '--target', 'es2022',
    '--skipLibCheck', '--types', 'node', '--typeRoots', path.resolve(source, '..', 'node_modules', '@types'), '--inlineSourceMap',
  ], options);
  for (const room of ['python', 'openapi', 'bundling', 'app']) fs.mkdirSync(path.join(library, room));
  write('python/thing.js', 'exports.made = 1;\n');
});
afterEach(() => fs.rmSync(library, { recursive: true, force: true }));

function write(file: string, text: string): void {
  fs.writeFileSync(path.join(library, file), text);
}

function asked(...rooms: string[]): string {
  const code = `process.stdout.write(require(${JSON.stringify(path.join(library, 'cache', 'code-hash.js'))}).codeHash(...${JSON.stringify(rooms)}))`;
  return runTool([process.execPath, '-e', code], { cwd: library, env: toolEnvironment(), what: 'ask for the hash' });
}

test('changes with the code of its rooms and of those below, and with no other', () => {
  const before = { python: asked('python'), openapi: asked('openapi') };
  expect(before.python).toMatch(/^[0-9a-f]{64}$/);
  expect(asked('python')).toBe(before.python);
  write('python/thing.js', 'exports.made = 2;\n');
  expect(asked('python')).not.toBe(before.python);
  expect(asked('openapi')).toBe(before.openapi);
  write('private/more.js', '');
  expect(asked('openapi')).not.toBe(before.openapi);
});

test('is the same in the next release where nothing but its version is another one', () => {
  const text = (version: string): string => `class A { static [JSII_RTTI_SYMBOL_1] = { fqn: "a", version: "${version}" }; }\nexports.A = A;\n//# sourceMappingURL=data:${version}\n`;
  write('python/thing.js', text('1.0.0'));
  write('python/thing.d.ts', 'export {};\n');
  const before = asked('python');
  write('python/thing.js', text('1.0.1'));
  write('python/thing.d.ts', '/** Another text. */\nexport {};\n');
  expect(asked('python')).toBe(before);
});
