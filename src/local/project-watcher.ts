import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectSource } from './assembly/project-source';
import { PythonProject } from '../python/python-project';

/** Milliseconds between two looks, at least. */
const PAUSE = 150;
/** Of the time at most one part in so many is spent on looking. */
const SHARE = 20;

/** What a change is about. */
export type ProjectChange = 'code' | 'dependencies';

/** Files that say which packages an app has. */
const DEPENDENCIES = ['pyproject.toml', 'uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile.lock', 'Pipfile', 'pylock.toml'];

/** Looks at the files of a project again and again: that works on every file system, mounted ones included. */
export class ProjectWatcher {
  private readonly seen: { code: Map<string, string>; dependencies: Map<string, string> };
  private timer: NodeJS.Timeout | undefined;

  /** @param changed is told of each change, once the files are at rest */
  public constructor(private readonly source: ProjectSource, private readonly changed: (change: ProjectChange) => void) {
    this.seen = { code: this.code(), dependencies: this.dependencies() };
    this.next(PAUSE);
  }

  /** Stops looking. */
  public stop(): void {
    clearTimeout(this.timer);
  }

  private next(pause: number): void {
    this.timer = setTimeout(() => this.look(), pause).unref();
  }

  private look(): void {
    const began = performance.now();
    const code = this.code();
    const dependencies = this.dependencies();
    const { seen } = this;
    const isNew = { code: !same(code, seen.code), dependencies: !same(dependencies, seen.dependencies) };
    seen.code = code;
    seen.dependencies = dependencies;
    if (isNew.dependencies) this.changed('dependencies');
    if (isNew.code) this.changed('code');
    this.next(Math.max(PAUSE, (performance.now() - began) * SHARE));
  }

  private code(): Map<string, string> {
    const { entry, exclude, include } = this.source;
    if (!existsSync(entry)) return new Map();
    try {
      return stamps(entry, PythonProject.inspect(entry).applicationFiles({ exclude, include }));
    } catch {
      // Half written: the next look sees more.
      return this.seen?.code ?? new Map();
    }
  }

  private dependencies(): Map<string, string> {
    const { entry } = this.source;
    return stamps(entry, [...DEPENDENCIES, 'requirements.txt', 'requirements.in']);
  }
}

function stamps(directory: string, files: readonly string[]): Map<string, string> {
  return new Map(files.flatMap((file) => {
    const stat = statSync(join(directory, file), { throwIfNoEntry: false });
    return stat === undefined ? [] : [[file, `${stat.mtimeMs} ${stat.size} ${stat.ino}`] as const];
  }));
}

function same(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([file, stamp]) => b.get(file) === stamp);
}
