import { FastApiError } from '../../private/errors';
import { runTool, toolEnvironment, tryTool } from '../../private/process';
import { progressOnce } from '../../private/progress';
import { findInterpreter, type Interpreter } from '../../python/interpreters';
import type { BytecodeState } from '../bundle';
import { BytecodeMode } from '../bytecode-mode';

/** Whether a bundle is compiled, and by which interpreter. */
export interface BytecodePlan {
  readonly compiler?: Interpreter;
  readonly state: BytecodeState;
}

/** Finds the interpreter of the function's minor version: only that one writes bytecode that the function reads. */
export function planBytecode(mode: BytecodeMode, minor: string, named: Interpreter | undefined): BytecodePlan {
  if (mode === BytecodeMode.OFF) return { state: { compiled: false, reason: 'BytecodeMode.OFF' } };
  const compiler = named?.minor === minor ? named : findInterpreter(minor);
  if (compiler !== undefined) return { compiler, state: { compiled: true } };
  const reason = `no Python ${minor} was found on this machine`;
  if (mode === BytecodeMode.REQUIRED) {
    throw new FastApiError(
      `\`bytecode\` of PythonBundling.uv is BytecodeMode.REQUIRED and needs a Python ${minor}, got none: ${reason}; ` +
      'install one, name it with `pythonPath` or `CDK_FASTAPI_PYTHON`, or use BytecodeMode.AUTO',
    );
  }
  progressOnce(`bundles carry source only, so cold starts take longer: ${reason}`);
  return { state: { compiled: false, reason } };
}

/**
 * Compiles what is below a directory. The compiled files are believed without a look at the time of their source
 * (`unchecked-hash`): a bundle's times are reset when it is zipped, and `/var/task` is read-only. A file that does
 * not compile is left to the function, which may never import it.
 *
 * @param mount where the directory will be: tracebacks name it
 */
export function compileTree(compiler: Interpreter, directory: string, mount: string): void {
  const argv = [
    // -P: the bundle is not on the module path, else a module of its own called `struct` would run here.
    compiler.path, '-P', '-s', '-m', 'compileall', '-q', '-q', '--invalidation-mode', 'unchecked-hash',
    '-s', directory, '-p', mount, directory,
  ];
  const options = { cwd: directory, env: toolEnvironment({ PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: undefined }), what: 'compile the bundle' };
  const result = tryTool(argv, options);
  // Status 1 is also that of a file with a syntax error, which is silent; a compiler that fails itself says why.
  if (result.status !== 0 && (result.status !== 1 || result.stderr.includes('Traceback'))) runTool(argv, options);
}
