import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { copyReadOnly, linkedCopy, workingCopy } from './working-copy';
import { sha256 } from '../../private/hash';
import { readApplication, type ApplicationFile } from '../../python/application';
import { PythonProject } from '../../python/python-project';
import type { ProjectSource } from '../assembly/project-source';

/**
 * The directory that a function runs in, in generations: environments that run keep theirs, new ones get the newest.
 * It begins as a copy of the bundle, or as the application alone, and takes over what changes in the project.
 */
export class CodeTree {
  /** Whether the project was another one than that of the bundle when this was made. */
  public readonly differs: boolean;
  private generation = 1;
  private files: ReadonlyMap<string, ApplicationFile>;

  /**
   * @param home directory of its own
   * @param bundle directories to begin with, the first over the others; left out, the application alone
   * @param source the project, where it is known
   */
  public constructor(private readonly home: string, bundle: readonly string[] | undefined, public readonly source: ProjectSource | undefined) {
    if (bundle === undefined) fs.mkdirSync(this.directory, { recursive: true });
    else workingCopy(bundle, this.directory);
    this.files = this.read();
    const changed = [...this.files.values()].filter((file) => hashOf(join(this.directory, file.path)) !== file.sha256);
    this.write(changed);
    this.differs = bundle !== undefined && changed.length > 0;
  }

  /** The newest generation. */
  public get directory(): string {
    return join(this.home, String(this.generation), 'task');
  }

  /**
   * Makes a new generation where the project has changed.
   *
   * @returns whether it has
   */
  public refresh(): boolean {
    const files = this.read();
    const changed = [...files.values()].filter((file) => this.files.get(file.path)?.sha256 !== file.sha256);
    const gone = [...this.files.keys()].filter((file) => !files.has(file));
    if (changed.length === 0 && gone.length === 0) return false;
    const before = this.directory;
    this.generation++;
    linkedCopy(before, this.directory);
    for (const file of gone) this.change(file, (path) => fs.rmSync(path, { force: true }));
    this.files = files;
    this.write(changed);
    return true;
  }

  private read(): ReadonlyMap<string, ApplicationFile> {
    const { source } = this;
    if (source === undefined || !fs.existsSync(source.entry)) return this.files ?? new Map();
    const { entry, entrypoint, exclude, include, emptied } = source;
    const { files } = readApplication(PythonProject.inspect(entry), entrypoint, { exclude, include, emptied });
    return new Map(files.map((file) => [file.path, file]));
  }

  private write(files: readonly ApplicationFile[]): void {
    for (const file of files) {
      this.change(file.path, (path) => {
        // A file of an earlier generation may be the same one by a link.
        fs.rmSync(path, { force: true });
        if (typeof file.source === 'string') copyReadOnly(file.source, path);
        else fs.writeFileSync(path, file.source.content, { mode: 0o444 });
      });
    }
  }

  /** Changes one file in a directory that is read-only for everybody else, and removes what was compiled of it. */
  private change(relative: string, work: (path: string) => void): void {
    const path = join(this.directory, relative);
    const directory = dirname(path);
    const opened = openDirectories(this.directory, directory);
    work(path);
    const compiled = join(directory, '__pycache__');
    const module = /^(.+)\.py$/.exec(basename(path))?.[1];
    if (module !== undefined && fs.existsSync(compiled)) {
      fs.chmodSync(compiled, 0o755);
      for (const name of fs.readdirSync(compiled)) if (name.startsWith(`${module}.`)) fs.rmSync(join(compiled, name));
      fs.chmodSync(compiled, 0o555);
    }
    for (const each of opened) fs.chmodSync(each, 0o555);
  }
}

/** Makes a directory and those above it up to a root, and lets them be written to. */
function openDirectories(root: string, directory: string): string[] {
  const opened = directory === root ? [] : openDirectories(root, dirname(directory));
  if (fs.existsSync(directory)) fs.chmodSync(directory, 0o755);
  else fs.mkdirSync(directory);
  return [...opened, directory];
}

function hashOf(file: string): string | undefined {
  return fs.existsSync(file) ? sha256(fs.readFileSync(file)) : undefined;
}
