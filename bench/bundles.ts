import * as fs from 'node:fs';
import * as path from 'node:path';
import { benchPython, measure, type Command, type Side } from './measure';
import { makeProject, type BenchProject, type ProjectKind } from './project';
import type { Bench } from './row';
import { RUNTIME_REQUIREMENTS } from '../src/bundling/packages/runtime-requirements';
import { runTool, toolEnvironment } from '../src/private/process';
import { uvPlatform } from '../src/python/platform';
import { findUv, uvEnvironment } from '../src/python/uv';

const CHILDREN = path.join(__dirname, 'children');

/** A way to make a bundle, as commands that are measured. */
export interface Bundler extends Side {
  /** Where its bundle lies after a run. */
  directory(): string;
}

/** How this library is run, where it is not as ever. */
interface OwnRun {
  readonly started?: boolean;
  readonly env?: Record<string, string>;
}

/** The architecture that this machine can run. */
export function hostArchitecture(): 'x86_64' | 'arm64' {
  return process.arch === 'arm64' ? 'arm64' : 'x86_64';
}

/** The ways to bundle one project, each with what makes an asset of the bundle as its last command. */
export class Bundlers {
  private readonly project: BenchProject;
  private readonly uv = findUv();
  private readonly python = benchPython();
  private edits = 0;

  constructor(private readonly bench: Bench, private readonly kind: ProjectKind) {
    this.project = makeProject(bench, `bundle-${kind}`, kind);
  }

  /** This library with an empty cache. */
  public first(): Bundler {
    const cache = this.at('first-cache');
    return { ...this.ours('first', cache, this.project.directory), before: () => fs.rmSync(cache, { recursive: true, force: true }) };
  }

  /** The same, and the bundle is started once to try it. */
  public started(): Bundler {
    const cache = this.at('started-cache');
    return { ...this.ours('started', cache, this.project.directory, { started: true }), before: () => fs.rmSync(cache, { recursive: true, force: true }) };
  }

  /** The build of this library before bundles were started and had records. */
  public before(): Bundler {
    const cache = this.at('before-cache');
    const env = { BENCH_LIB: buildBefore(this.bench) };
    return { ...this.ours('before', cache, this.project.directory, { env }), before: () => fs.rmSync(cache, { recursive: true, force: true }) };
  }

  /** The import alone of what a bundle is started for, in a process that does nothing else. */
  public importing(directory: () => string): Side {
    return {
      run: () => [{
        // Where an app needs the SDK of the runtime, the start ends there, and so does this.
        argv: ['sh', '-c', '"$@" 2> /dev/null || true', 'sh', this.python.path, '-I', '-S', '-B', path.join(__dirname, '..', 'runtime', 'verify_start.py'), directory()],
        cwd: directory(),
        env: { CDK_FASTAPI_APP: 'main:app', AWS_DEFAULT_REGION: 'eu-west-1' },
      }],
    };
  }

  /** This library after a change of one application file. */
  public edited(): Bundler {
    const project = this.at('edited');
    fs.cpSync(this.project.directory, project, { recursive: true });
    const before = (): void => fs.appendFileSync(path.join(project, 'main.py'), `\nEDIT = ${++this.edits}\n`);
    return { ...this.ours('edited', this.at('edited-cache'), project), before };
  }

  /** What nobody gets around: the packages, the application, compiled files and an asset. */
  public bare(): Bundler {
    const output = this.at('bare');
    const requirements = this.at('bare-requirements.txt');
    const runtime = this.at('bare-runtime.txt');
    const { python, uv, project: { directory: cwd } } = this;
    fs.writeFileSync(runtime, RUNTIME_REQUIREMENTS.map((each) => `${each.name}==${each.version} --hash=sha256:${each.sha256}\n`).join(''));
    const env = uvEnvironment();
    const install = [
      uv.path, 'pip', 'install', '--quiet', '--target', output, '--python', python.path, '--python-version', python.minor,
      '--python-platform', uvPlatform({ python: python.minor, architecture: hostArchitecture() }), '--only-binary', ':all:', '--no-deps',
      '-r', requirements, '-r', runtime,
    ];
    const compile = [
      python.path, '-m', 'compileall', '-q', '-q', '--invalidation-mode', 'unchecked-hash', '-s', output, '-p', '/var/task', output,
    ];
    return {
      directory: () => output,
      before: () => fs.rmSync(output, { recursive: true, force: true }),
      run: () => [
        { argv: [uv.path, 'export', '--quiet', '--locked', '--no-dev', '--no-emit-project', '--python', python.path, '-o', requirements], cwd, env },
        { argv: install, cwd, env },
        { argv: ['cp', path.join(cwd, 'main.py'), output], cwd },
        { argv: compile, cwd: output },
        this.stage('bare', output),
      ],
    };
  }

  /** The command that a `PythonFunction` runs in its container, run on this machine with warm caches of pip and uv. */
  public pythonFunction(tool: 'pip' | 'uv'): Bundler {
    const project = this.at(`alpha-${tool}-project`);
    const output = this.at(`alpha-${tool}`);
    fs.cpSync(this.project.directory, project, { recursive: true });
    if (tool === 'pip') {
      const argv = [this.uv.path, 'export', '--quiet', '--locked', '--no-dev', '--no-emit-project', '--no-hashes', '-o', 'requirements.txt', '--python', this.python.path];
      runTool(argv, { cwd: project, env: uvEnvironment(), what: 'write requirements.txt' });
      fs.rmSync(path.join(project, 'uv.lock'));
    }
    const command = containerCommand(this.bench, project, this.python.minor)
      .replaceAll('/asset-input', project)
      .replaceAll('/asset-output', output)
      // Not every machine has rsync; cp does as much for a project without links.
      .replace(/rsync -rLv (?:--exclude='[^']*' )*(\S+)\/ (\S+)/, 'cp -rL $1/. $2');
    const env = toolEnvironment({ ...this.toolsOnPath(), PIP_DISABLE_PIP_VERSION_CHECK: '1', UV_PYTHON_DOWNLOADS: 'never' });
    return {
      directory: () => output,
      before: () => {
        fs.rmSync(output, { recursive: true, force: true });
        fs.mkdirSync(output);
      },
      // Without --norc, bash may read the user's settings here, which may put another Python first.
      run: () => [{ argv: ['bash', '--norc', '-c', command], cwd: project, env }, this.stage(`alpha-${tool}`, output)],
    };
  }

  /** The command that bundles the project with this library, with an empty cache, to be looked at more closely. */
  public firstCommand(): Command {
    const { before, run } = this.first();
    before?.();
    return run()[0];
  }

  private ours(name: string, cache: string, project: string, how: OwnRun = {}): Bundler {
    const result = this.at(`${name}.json`);
    const argv = [process.execPath, path.join(CHILDREN, 'bundle.cjs'), project, this.python.minor, hostArchitecture(), result, ...how.started === true ? ['started'] : []];
    const env = { CDK_FASTAPI_CACHE: cache, CDK_FASTAPI_UV: this.uv.path, CDK_FASTAPI_QUIET: '1', ...how.env };
    return {
      directory: () => (JSON.parse(fs.readFileSync(result, 'utf8')) as { directory: string }).directory,
      run: () => [{ argv, cwd: this.bench.scratch, env }, this.stage(name, result)],
    };
  }

  private stage(name: string, source: string): Command {
    const outdir = this.at(`${name}-cdk.out`);
    fs.rmSync(outdir, { recursive: true, force: true });
    return { argv: [process.execPath, path.join(CHILDREN, 'stage.cjs'), source, outdir], cwd: this.bench.scratch, reportsItself: true };
  }

  /** The image of a `PythonFunction` has an environment with pip and uv on its path. */
  private toolsOnPath(): Record<string, string> {
    const environment = this.at('image');
    if (!fs.existsSync(environment)) {
      const options = { cwd: this.bench.scratch, env: toolEnvironment(), what: 'make an environment with pip and uv' };
      runTool([this.python.path, '-m', 'venv', environment], options);
      fs.symlinkSync(this.uv.path, path.join(environment, 'bin', 'uv'));
    }
    return { VIRTUAL_ENV: environment, PATH: `${path.join(environment, 'bin')}${path.delimiter}${process.env.PATH ?? ''}` };
  }

  private at(name: string): string {
    return path.join(this.bench.scratch, `bundle-${this.kind}-${name}`);
  }
}

/** The last build before bundles were started and kept their records. */
const BEFORE = '69047a3';

/** That build, compiled beside the packages of this one. */
function buildBefore(bench: Bench): string {
  const directory = path.join(bench.scratch, 'build-before');
  const lib = path.join(directory, 'lib');
  if (fs.existsSync(lib)) return lib;
  const repository = path.join(__dirname, '..');
  const archive = path.join(bench.scratch, 'build-before.tar');
  fs.mkdirSync(directory);
  const options = { cwd: directory, env: toolEnvironment(), what: 'make the build before' };
  runTool(['git', 'archive', '--output', archive, BEFORE, 'src', 'runtime', 'package.json'], { ...options, cwd: repository });
  runTool(['tar', '-xf', archive, '-C', directory], options);
  fs.symlinkSync(path.join(repository, 'node_modules'), path.join(directory, 'node_modules'));
  const compiler = ['--ignoreConfig', '--noCheck', '--skipLibCheck', '--rootDir', 'src', '--outDir', 'lib', '--module', 'node16', '--target', 'es2022', '--esModuleInterop', '--resolveJsonModule'];
  runTool([process.execPath, require.resolve('typescript/bin/tsc'), ...compiler, '--types', 'node', path.join('src', 'bundling', 'python-bundling.ts')], options);
  return lib;
}

/** Lets a `PythonFunction` ask a stand-in for Docker, and reads what it asked. */
function containerCommand(bench: Bench, project: string, python: string): string {
  const operations = path.join(bench.scratch, 'one-operation.json');
  const file = path.join(bench.scratch, 'container-command');
  fs.writeFileSync(operations, JSON.stringify([{ name: 'one', method: 'GET', path: '/one' }]));
  const outdir = fs.mkdtempSync(path.join(bench.scratch, 'container-'));
  const env = { CDK_DOCKER: path.join(CHILDREN, 'no-docker.sh'), BENCH_CONTAINER_COMMAND: file };
  measure({ argv: [process.execPath, path.join(CHILDREN, 'synth-python-function.cjs'), project, operations, python, outdir], cwd: bench.scratch, env }, bench.scratch);
  return fs.readFileSync(file, 'utf8');
}
