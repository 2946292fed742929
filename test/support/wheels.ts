import * as path from 'path';
import { testPython } from './projects';
import { runTool, toolEnvironment } from '../../src/private/process';

const WRITE = `
import json, sys, zipfile
target, name, version, tag, files, record = sys.argv[1:]
info = f"{name}-{version}.dist-info"
files = {**json.loads(files), f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n", f"{info}/WHEEL": f"Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: {str(tag.endswith('any')).lower()}\\nTag: {tag}\\n"}
with zipfile.ZipFile(f"{target}/{name}-{version}-{tag}.whl", "w") as wheel:
    for path, content in files.items():
        wheel.writestr(path, content)
    wheel.writestr(f"{info}/RECORD", record or "".join(f"{path},,\\n" for path in [*files, f"{info}/RECORD"]))
`;

/** Writes a wheel into a directory and returns its name. */
export function writeWheel(directory: string, name: string, files: Readonly<Record<string, string>>, options: { readonly tag?: string; readonly record?: string } = {}): string {
  const tag = options.tag ?? 'py3-none-any';
  const argv = [testPython().path, '-c', WRITE, directory, name, '1.0', tag, JSON.stringify(files), options.record ?? ''];
  runTool(argv, { cwd: directory, env: toolEnvironment(), what: 'write a wheel' });
  return path.basename(`${name}-1.0-${tag}.whl`);
}
