import { type ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { testPython } from './projects';
import { TemporaryProject } from './temporary-project';
import { runTool, toolEnvironment } from '../../src/private/process';

/** Makes the wheel of a package with one module, in the standard's own form. */
const WHEEL = `
import base64, hashlib, sys, zipfile
name, version, requires, target = sys.argv[1:]
module = name.replace("-", "_")
info = f"{module}-{version}.dist-info"
needed = "".join(f"Requires-Dist: {each}\\n" for each in requires.split(",") if each)
files = {
    f"{module}.py": f"NAME = {name!r}\\n",
    f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n{needed}",
    f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
}
digest = lambda text: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
files[f"{info}/RECORD"] = "".join(f"{path},sha256={digest(text)},{len(text)}\\n" for path, text in files.items()) + f"{info}/RECORD,,\\n"
with zipfile.ZipFile(f"{target}/{module}-{version}-py3-none-any.whl", "w") as wheel:
    for path, text in files.items():
        wheel.writestr(zipfile.ZipInfo(path), text)
`;

/** A package index on this machine, with packages that are nowhere else. */
export class LocalIndex {
  /** @param packages by name, with what each requires */
  public static async start(packages: Readonly<Record<string, readonly string[]>>): Promise<LocalIndex> {
    const files = new TemporaryProject();
    const wheels = path.join(files.entry, 'wheels');
    fs.mkdirSync(wheels);
    for (const [name, requires] of Object.entries(packages)) {
      runTool([testPython().path, '-c', WHEEL, name, '1.0', requires.join(','), wheels], { cwd: wheels, env: toolEnvironment(), what: 'make a wheel' });
      const wheel = `${name.replaceAll('-', '_')}-1.0-py3-none-any.whl`;
      files.write({ [`simple/${name}/index.html`]: `<a href="/wheels/${wheel}">${wheel}</a>` });
    }
    const argv = ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', files.entry];
    const server = spawn(testPython().path, argv, { stdio: ['ignore', 'pipe', 'ignore'] });
    const port = await new Promise<string>((resolve, reject) => {
      server.on('exit', () => reject(new Error('the index did not start')));
      server.stdout.on('data', (said: Buffer) => {
        const found = /port (\d+)/.exec(said.toString());
        if (found !== null) resolve(found[1]);
      });
    });
    return new LocalIndex(`http://127.0.0.1:${port}/simple/`, files, server);
  }

  private constructor(public readonly url: string, private readonly files: TemporaryProject, private readonly server: ChildProcess) {}

  /** Path of the wheel of a package. */
  public wheel(name: string): string {
    return path.join(this.files.entry, 'wheels', `${name.replaceAll('-', '_')}-1.0-py3-none-any.whl`);
  }

  public stop(): void {
    this.server.removeAllListeners('exit');
    this.server.kill();
    this.files.remove();
  }
}
