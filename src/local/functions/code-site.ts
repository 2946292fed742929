import { existsSync } from 'node:fs';
import { debuggerModules, lambdaModules, lambdaPython, missingPython } from '../lambda-python';
import type { LocalFunction } from '../local-function';
import { InvocationError } from './invocation-error';
import { RUNTIME_DIRECTORY } from '../../private/assets';
import { hostEnvironment } from '../../python/environment';
import { findInterpreter, findInterpreters, interpreterAt, type Interpreter } from '../../python/interpreters';
import { PythonProject } from '../../python/python-project';

/** Where the code of a function is run, and by what. */
export interface CodeSite {
  /** The directories of the bundle, the first over the others; left out where the application is run from its own environment. */
  readonly bundle: readonly string[] | undefined;
  /** Directories of the layers, the last over the others. */
  readonly layers: readonly string[];
  readonly python: string;
  /** Directories of modules after all others. */
  readonly modules: readonly string[];
  /** What the user should know of it. */
  readonly remark?: string;
}

/**
 * The bundle and the interpreter of the function's version where this machine can run them; else the application from
 * its source environment, with the nearest version that the project allows.
 *
 * @throws InvocationError where this machine has neither
 */
export function chooseSite(definition: LocalFunction, debugging: boolean): CodeSite {
  const { runtime, logicalId } = definition;
  if (runtime.language === 'nodejs') return nodeSite(definition);
  const own = findInterpreter(runtime.version);
  const obstacle = obstacleTo(definition, own);
  if (own !== undefined && obstacle === undefined) {
    const bundle = [definition.directory, ...definition.beneath ?? []];
    return { bundle, layers: definition.layers ?? [], python: lambdaPython(runtime.version), modules: debugging ? [debuggerModules(own)] : [] };
  }
  // An assembly that was made elsewhere names a project that is not here.
  const source = definition.source !== undefined && existsSync(definition.source.entry) ? definition.source : undefined;
  const project = source === undefined ? undefined : PythonProject.inspect(source.entry);
  const python = project === undefined ? undefined : own ?? nearest(runtime.version, project);
  if (source === undefined || project === undefined || python === undefined) {
    throw new InvocationError('error', own === undefined ? `\`${logicalId}\` of ${missingPython(runtime.version)}` : `\`${logicalId}\` cannot be run: ${obstacle}`);
  }
  const environment = hostEnvironment(project, { python: python.path, extras: source.extras, groups: source.groups });
  // What a bundle has beside the application comes from this package.
  const modules = [RUNTIME_DIRECTORY, lambdaModules(python), ...(debugging ? [debuggerModules(interpreterAt(python.path, 'python'))] : [])];
  const cure = own === undefined ? `; \`uv python install ${runtime.version}\` brings the bundle's own` : '';
  return {
    bundle: undefined,
    layers: [],
    python: environment,
    modules,
    remark: `${obstacle}: ${source.entrypoint} is run with Python ${python.version} from its source environment${cure}`,
  };
}

/** Functions of Node.js are run by the Node.js that runs this program; Python starts and ends them. */
function nodeSite({ directory, layers = [], logicalId, runtime }: LocalFunction): CodeSite {
  const [python] = findInterpreters();
  const own = process.versions.node;
  const remark = own.startsWith(`${runtime.version}.`) ? undefined : `\`${logicalId}\` of Node.js ${runtime.version} is run with the Node.js of this program, ${own}`;
  return { bundle: [directory], layers, python: python.path, modules: [], remark };
}

/** Why the bundle cannot be run here. */
function obstacleTo({ runtime, architecture }: LocalFunction, own: Interpreter | undefined): string | undefined {
  if (own === undefined) return `Python ${runtime.version} is not on this machine`;
  const here = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  if (process.platform !== 'linux') return 'the bundle is for Linux';
  return architecture === here ? undefined : `the bundle is for ${architecture}, and this machine is ${here}`;
}

/** The interpreter whose version differs least, among those that the project allows. */
function nearest(minor: string, project: PythonProject): Interpreter | undefined {
  const distance = ({ minor: other }: Interpreter): number => Math.abs(Number(other.split('.')[1]) - Number(minor.split('.')[1]));
  return findInterpreters().filter((each) => project.allowsPython(each.minor)).sort((a, b) => distance(a) - distance(b))[0];
}
