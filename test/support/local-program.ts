import { type ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { createInterface } from 'readline';
import { buildSync } from 'esbuild';

const ROOT = path.resolve(__dirname, '..', '..');
let built: string | undefined;

/** The command line as a program of its own: what ends it must end all that it started. */
function program(): string {
  if (built === undefined) {
    const directory = fs.mkdtempSync(path.join(fs.mkdirSync(path.join(ROOT, '.cache'), { recursive: true }) ?? path.join(ROOT, '.cache'), 'program-'));
    process.once('exit', () => fs.rmSync(directory, { recursive: true, force: true }));
    built = path.join(directory, 'main.cjs');
    buildSync({
      stdin: { contents: 'import { main } from "./src/cli/main"; void main(process.argv);', resolveDir: ROOT },
      bundle: true, platform: 'node', packages: 'external', outfile: built, logLevel: 'error',
      // The package's own files are found from there.
      define: { __dirname: JSON.stringify(path.join(ROOT, 'src', 'private')) },
    });
  }
  return built;
}

/** `cdk-fastapi local --json`, running. */
export class LocalProgram {
  /** Starts it, and waits until it serves. */
  public static async start(args: readonly string[], env: NodeJS.ProcessEnv = process.env, cwd = ROOT): Promise<LocalProgram> {
    const child = spawn(process.execPath, [program(), 'local', '--json', ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const running = new LocalProgram(child);
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        running.lines.push(JSON.parse(line));
        resolve();
      });
      child.stderr.on('data', (chunk: Buffer) => { running.said += chunk.toString(); });
      child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${running.said}`)));
    });
    return running;
  }

  /** What it has written as JSON: URLs by name first. */
  public readonly lines: Record<string, any>[] = [];
  public said = '';
  public readonly ended: Promise<number | null>;

  private constructor(public readonly child: ChildProcess) {
    this.ended = new Promise((resolve) => child.once('exit', resolve));
  }

  /** The URL of the only API whose name begins so. */
  public url(prefix: string): string {
    const [found] = Object.entries(this.lines[0]).filter(([name]) => name.startsWith(prefix));
    return found[1] as string;
  }

  /** Waits for a line that it writes. */
  public async line(matches: (line: Record<string, any>) => boolean): Promise<Record<string, any>> {
    for (let attempt = 0; attempt < 1200; attempt++) {
      const found = this.lines.find(matches);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`there was no such line among ${JSON.stringify(this.lines)}`);
  }

  /** Processes that it has started. */
  public descendants(): number[] {
    const own = `\0${this.child.pid}\0`;
    return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
      try {
        return fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(own);
      } catch {
        return false;
      }
    }).map(Number);
  }
}
