import * as fs from 'fs';
import * as path from 'path';
import { runTool, toolEnvironment } from '../../src/private/process';
import { TemporaryProject } from '../support/temporary-project';

export const ROOT = path.resolve(__dirname, '..', '..');
const PROGRAMS = path.join(__dirname, 'programs');

/** A user's project of ECMAScript modules that has the packages of this repository. */
export class ClientProject extends TemporaryProject {
  constructor(files: Record<string, string> = {}) {
    super({ 'package.json': '{ "type": "module" }', ...files });
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(this.root, 'node_modules'), 'dir');
  }

  /** Copies a program of the tests into the project. */
  public addProgram(name: string): void {
    fs.copyFileSync(path.join(PROGRAMS, name), path.join(this.root, name));
  }

  /**
   * Compiles everything, as strictly as TypeScript can, and gives what the compiler complains of. JavaScript goes to `built`.
   *
   * @param module `nodenext` is what Node.js itself resolves, `bundler` what the tools of web pages do
   */
  public compile(module: 'nodenext' | 'bundler', options: Record<string, unknown> = {}): string {
    this.write({
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          strict: true, target: 'es2022', module: module === 'bundler' ? 'esnext' : module, moduleResolution: module, isolatedModules: true,
          noUnusedLocals: true, noUnusedParameters: true, noImplicitOverride: true, noImplicitReturns: true, noFallthroughCasesInSwitch: true,
          lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'], types: ['node'], skipLibCheck: true, outDir: 'built', rootDir: '.', ...options,
        },
        include: ['**/*.ts', '**/*.mts'],
        exclude: ['node_modules', 'built'],
      }),
    });
    try {
      this.run(process.execPath, '--max-old-space-size=6000', path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.', '--pretty', 'false');
      return '';
    } catch (error) {
      return String(error);
    }
  }

  /** Runs a program in the project and gives what it prints. */
  public run(...argv: string[]): string {
    return runTool(argv, { cwd: this.root, env: toolEnvironment({ NODE_OPTIONS: undefined }), what: `run ${path.basename(argv[1] ?? argv[0])}` });
  }
}
