import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { applicationFiles } from '../python/project-files';

/** Milliseconds between two looks, at least; of the time at most one part in twenty. */
const PAUSE = 500;
const SHARE = 20;
/** What a CDK app is written in. */
const SOURCES = /\.(ts|js|mjs|cjs|mts|cts|py|java|kt|cs|go|json|ya?ml|toml)$/;

/** Looks at the sources of a CDK app: whatever changes there makes another assembly. */
export class TreeWatcher {
  private timer: NodeJS.Timeout | undefined;
  private seen: string;

  /**
   * @param directory of `cdk.json`
   * @param projects directories that are watched on their own
   * @param changed is told once
   */
  public constructor(private readonly directory: string, private readonly projects: readonly string[], private readonly changed: () => void) {
    this.seen = this.stamp();
    this.next(PAUSE);
  }

  /** Stops looking. */
  public stop(): void {
    clearTimeout(this.timer);
  }

  private next(pause: number): void {
    this.timer = setTimeout(() => {
      const began = performance.now();
      const now = this.stamp();
      if (now !== this.seen) return this.changed();
      this.next(Math.max(PAUSE, (performance.now() - began) * SHARE));
    }, pause).unref();
  }

  private stamp(): string {
    try {
      const own = this.projects.map((project) => relative(this.directory, project)).filter((path) => path !== '' && !path.startsWith('..'));
      return applicationFiles(this.directory, { exclude: own.map((path) => `/${path}/`) })
        .filter((file) => SOURCES.test(file))
        .map((file) => {
          const stat = statSync(join(this.directory, file), { throwIfNoEntry: false });
          return `${file} ${stat?.mtimeMs} ${stat?.size}`;
        }).join('\n');
    } catch {
      // Half written, or a link that leads out: the next look sees more.
      return this.seen;
    }
  }
}
