import * as fs from 'fs';
import * as path from 'path';
import { runTool, toolEnvironment } from '../../src/private/process';
import { testPython } from '../support/projects';

/** The source of a release as PyPI has it, unpacked into a directory that is made. */
export function unpackSource(name: string, version: string, directory: string): void {
  const archive = download(directory, ['--no-binary', ':all:', `${name}==${version}`]);
  runTool(['tar', 'xzf', archive, '-C', directory, '--strip-components', '1'], { cwd: directory, env: toolEnvironment(), what: 'unpack a source' });
  fs.rmSync(archive);
}

/** What the wheel of a release installs, unpacked into a directory that is made. */
export function unpackWheel(name: string, version: string, directory: string): void {
  const archive = download(directory, [`${name}==${version}`]);
  runTool([testPython().path, '-m', 'zipfile', '-e', archive, directory], { cwd: directory, env: toolEnvironment(), what: 'unpack a wheel' });
  fs.rmSync(archive);
}

function download(directory: string, wanted: readonly string[]): string {
  fs.mkdirSync(directory, { recursive: true });
  const before = new Set(fs.readdirSync(directory));
  const argv = [testPython().path, '-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--dest', directory, ...wanted];
  runTool(argv, { cwd: directory, env: toolEnvironment(), what: 'download a release' });
  const [file] = fs.readdirSync(directory).filter((each) => !before.has(each));
  return path.join(directory, file);
}
