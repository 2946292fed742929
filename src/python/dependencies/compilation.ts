import * as fs from 'fs';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { markerHolds } from './marker';
import { isUtf16, requirementsText, type RequirementLine } from './requirements-file';
import { describeTask, type ResolutionTask } from './resolution';
import { buildingSources } from './source-builds';
import { FastApiError } from '../../private/errors';
import { parseToml, table, text } from '../../private/toml';
import { uvPlatform, widerUvPlatform, type Platform } from '../platform';
import { targetVersion } from '../python-version';
import { runUv } from '../uv';
import { withoutWheel } from '../uv-failure';
import { buildVariables } from '../wheel-build';

/** The lock of a list of wishes, as a `pylock.toml`. */
export function compileRequirements(all: readonly RequirementLine[], task: ResolutionTask): string {
  const { project, wheels } = task;
  const lines = all.filter((line) => line.local === undefined || markerHolds(line.marker, task.markers));
  const self = lines.some((line) => line.local === project.directory);
  const names: string[] = [];
  const rewritten = lines.filter((line) => line.local !== project.directory).map((line) => {
    if (line.local === undefined) return readableConstraint(line.text, task.scratch);
    // Where only a build knows the name, it is built for that; it is installed from the same wheel.
    const name = localName(line.local) ?? wheels.build(line.local).name;
    names.push(name);
    const extras = /^[^;]*?(\[[^\]]*\])\s*(?:@|;|--|$)/.exec(line.text)?.[1] ?? '';
    const rest = line.marker === undefined ? '' : ` ; ${line.marker}`;
    return `${name}${extras} @ ${pathToFileURL(line.local).href}${rest}`;
  });
  return compile(['-', ...(self ? ['pyproject.toml'] : [])], names, task, rewritten.join('\n'));
}

/** uv reads no UTF-16: it gets a copy of a file of constraints that is. */
export function readableConstraint(line: string, scratch: string): string {
  const file = /^-c (.+)$/.exec(line)?.[1];
  const content = file === undefined ? undefined : fs.readFileSync(file);
  if (content === undefined || !isUtf16(content)) return line;
  const copy = path.join(fs.mkdtempSync(path.join(scratch, 'constraints-')), 'constraints.txt');
  fs.writeFileSync(copy, requirementsText(content));
  return `-c ${copy}`;
}

/**
 * Chooses versions now, for a project that has no lock: those that have a wheel, where any has one.
 *
 * @param what arguments that say which requirements
 * @param built normalized names of what is built from its source
 * @param input the requirements, where `what` names the standard input
 * @returns a `pylock.toml`
 */
export function compile(what: readonly string[], built: readonly string[], task: ResolutionTask, input?: string): string {
  const { project, uv, python, platform } = task;
  const args = ['pip', 'compile', '--quiet', '--format', 'pylock.toml', '--no-header', '--no-annotate', '--python', python.path];
  if (platform !== undefined) args.push('--python-version', targetVersion(project, platform.python));
  // uv takes a path that it has read before for unchanged.
  args.push(...built.flatMap((name) => ['--refresh-package', name]));
  const variables = buildVariables(task.scratch);
  const options = { cwd: project.directory, what: 'choose versions of the packages of the project', input, variables };
  const run = (more: readonly string[]) => forPlatform(platform, (chosen) => runUv(uv, [...args, ...chosen, ...more, ...what], options));
  return buildingSources(project, new Set(built), run, describeTask(task));
}

/** Chooses among the wheels that surely run; where a package has none, among those that may, of which `fromPylock` takes the others away. */
function forPlatform(platform: Platform | undefined, choose: (args: readonly string[]) => string): string {
  if (platform === undefined) return choose([]);
  const [sure, wide] = [uvPlatform(platform), widerUvPlatform(platform)];
  try {
    return choose(['--python-platform', sure]);
  } catch (error) {
    if (sure === wide || !FastApiError.isFastApiError(error) || withoutWheel(error.message).length === 0) throw error;
    try {
      return choose(['--python-platform', wide]);
    } catch {
      throw error;
    }
  }
}

function localName(local: string): string | undefined {
  const file = path.join(local, 'pyproject.toml');
  return fs.existsSync(file) ? text(table(parseToml(fs.readFileSync(file, 'utf8')), 'project').name) : undefined;
}
