import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

/** Files of a project, written to a directory of their own that goes away after the test. */
export class TemporaryProject {
  public readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-test-')));

  constructor(files: Record<string, string> = {}, public readonly directory: string = '') {
    fs.mkdirSync(this.entry, { recursive: true });
    this.write(files);
  }

  public get entry(): string {
    return path.join(this.root, this.directory);
  }

  public write(files: Record<string, string>): void {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.entry, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
    }
  }

  /** Every file, relative, sorted: what a test has left behind. */
  public files(): string[] {
    return fs.readdirSync(this.entry, { recursive: true, withFileTypes: true })
      .filter((item) => !item.isDirectory())
      .map((item) => path.relative(this.entry, path.join(item.parentPath, item.name)).split(path.sep).join('/'))
      .sort();
  }

  public remove(): void {
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}
