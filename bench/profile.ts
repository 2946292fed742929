import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What `node --cpu-prof` writes, as far as it is read here. */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const ROOT = path.join(__dirname, '..');
const SHOWN = 10;

/** Where the samples of all profiles in a directory fall, the largest part first. */
export function cpuProfile(directory: string): string[] {
  const parts = new Map<string, number>();
  for (const name of fs.readdirSync(directory).filter((file) => file.endsWith('.cpuprofile'))) {
    const { nodes, samples, timeDeltas } = JSON.parse(fs.readFileSync(path.join(directory, name), 'utf8')) as CpuProfile;
    const places = new Map(nodes.map(({ id, callFrame }) => [id, place(callFrame.url, callFrame.functionName)]));
    samples.forEach((id, index) => {
      const where = places.get(id) ?? 'unknown';
      if (where !== 'idle') parts.set(where, (parts.get(where) ?? 0) + timeDeltas[index] / 1000);
    });
  }
  const total = [...parts.values()].reduce((sum, part) => sum + part, 0);
  const largest = [...parts].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  return largest.map(([where, part]) => `${where}: ${part.toFixed(0)} ms (${((100 * part) / total).toFixed(0)} %)`);
}

/** A room of this library, a package, or a part of Node.js. */
function place(url: string, functionName: string): string {
  if (functionName === '(idle)') return 'idle';
  if (url === '') return functionName.startsWith('(') ? functionName.slice(1, -1) : 'built in';
  if (url.startsWith('node:')) return url;
  const file = path.relative(ROOT, url.startsWith('file:') ? fileURLToPath(url) : url).split(path.sep);
  const modules = file.lastIndexOf('node_modules');
  if (modules !== -1) return file[modules + 1].startsWith('@') ? `${file[modules + 1]}/${file[modules + 2]}` : file[modules + 1];
  return file[0] === 'lib' ? `cdk-fastapi ${file.slice(1).join('/')}` : file.join('/');
}

/** The processes that a preloaded `count-processes.cjs` has listed, with the time that each took. */
export function processProfile(file: string): string[] {
  const started = JSON.parse(fs.readFileSync(file, 'utf8')) as { readonly command: string; readonly milliseconds: number }[];
  const groups = new Map<string, { count: number; milliseconds: number }>();
  for (const { command, milliseconds } of started) {
    const before = groups.get(command) ?? { count: 0, milliseconds: 0 };
    groups.set(command, { count: before.count + 1, milliseconds: before.milliseconds + milliseconds });
  }
  return [...groups].sort(([, a], [, b]) => b.milliseconds - a.milliseconds).slice(0, SHOWN)
    .map(([command, { count, milliseconds }]) => `process ${command}${count > 1 ? `, ${count} times` : ''}: ${milliseconds.toFixed(0)} ms of waiting`);
}
