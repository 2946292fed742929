import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runTool } from '../../src/private/process';

/** Why these tests are left out: undefined where the tool is there. */
export function missingBuildah(): string | undefined {
  if (process.platform !== 'linux') return 'buildah runs on Linux alone';
  const asked = spawnSync('buildah', ['--version'], { encoding: 'utf8' });
  if (asked.status !== 0) return 'buildah is not on this machine';
  return process.getuid?.() === 0 ? undefined : 'buildah needs root here, without a user namespace of its own';
}

/** Each layer is a copy of all that is below it: in memory, where there is enough, this takes seconds and not minutes. */
function home(): string {
  const memory = '/dev/shm';
  const { bavail, bsize } = fs.existsSync(memory) ? fs.statfsSync(memory) : { bavail: 0, bsize: 0 };
  return bavail * bsize > 8 * 1024 ** 3 ? memory : os.tmpdir();
}

/** Images and containers of one test, in a directory of their own, without a daemon and without a registry. */
export class Buildah {
  public readonly home = fs.realpathSync(fs.mkdtempSync(path.join(home(), 'cdk-fastapi-images-')));

  /** The program with its store: what comes first in each command. */
  public get program(): string[] {
    return ['buildah', '--storage-driver', 'vfs', '--root', path.join(this.home, 'root'), '--runroot', path.join(this.home, 'run')];
  }

  /** Runs a command, and returns what it prints. */
  public run(...args: string[]): string {
    return runTool([...this.program, ...args], { cwd: this.home, env: process.env, what: `run buildah ${args[0]}`, timeoutSeconds: 600 }).trim();
  }

  /** Builds a Dockerfile with the images that are here alone, and returns what the build prints. */
  public build(context: string, name: string, ...args: string[]): string {
    return this.run('build', '--isolation', 'chroot', '--pull=never', '--layers', ...args, '--tag', name, context);
  }

  /** A container of an image, to run commands in. */
  public container(image: string): string {
    return this.run('from', '--pull-never', image);
  }

  /** Makes an image of files. */
  public image(name: string, fill: (root: string) => void, config: readonly string[] = []): void {
    const container = this.run('from', 'scratch');
    fill(this.run('mount', container));
    this.run('unmount', container);
    if (config.length > 0) this.run('config', ...config, container);
    this.run('commit', '--quiet', container, name);
    this.run('rm', container);
  }

  /** Digests of an image's layers, the lowest first. */
  public layers(image: string): string[] {
    return JSON.parse(this.run('inspect', '--type', 'image', image)).OCIv1.rootfs.diff_ids;
  }

  /** How an image is started where nobody says otherwise. */
  public config(image: string): { readonly Entrypoint?: string[]; readonly Cmd?: string[]; readonly Env?: string[] } {
    return JSON.parse(this.run('inspect', '--type', 'image', image)).OCIv1.config;
  }

  public remove(): void {
    spawnSync(this.program[0], [...this.program.slice(1), 'rm', '--all']);
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}
