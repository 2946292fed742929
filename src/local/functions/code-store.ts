import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseSite } from './code-site';
import { CodeTree } from './code-tree';
import type { EnvironmentSetting } from './function-variables';
import type { Guardian } from './guardian';
import { removeCopy, workingCopy } from './working-copy';
import type { ProjectSource } from '../assembly/project-source';
import type { LocalFunction } from '../local-function';

/** The code and the interpreter of a function, ready to be run. */
export type PreparedCode = Pick<EnvironmentSetting, 'python' | 'directory' | 'layers' | 'modules'>;

/** Working copies of the code of functions: made with the first use, changed with the projects, gone with this program. */
export class CodeStore {
  private readonly home: string;
  private readonly trees = new Map<string, { readonly tree: CodeTree } & Omit<PreparedCode, 'directory'>>();

  /**
   * @param notice says what the user should know
   * @param debugging whether environments need a debugger
   */
  public constructor(guardian: Guardian, private readonly notice: (text: string) => void, private readonly debugging: boolean) {
    this.home = realpathSync(mkdtempSync(join(tmpdir(), 'cdk-fastapi-local-')));
    guardian.own(this.home);
  }

  /** The newest code of a function. */
  public prepare(definition: LocalFunction): PreparedCode {
    const key = [definition.runtime.version, definition.directory, ...definition.layers ?? [], definition.source?.entry ?? ''].join(' ');
    let found = this.trees.get(key);
    if (found === undefined) {
      const site = chooseSite(definition, this.debugging);
      if (site.remark !== undefined) this.notice(site.remark);
      const home = join(this.home, String(this.trees.size + 1));
      const tree = new CodeTree(home, site.bundle, definition.source);
      if (tree.differs) this.notice(`the files of ${definition.source?.entry} have changed since they were synthesized, and are served as they are now`);
      found = { tree, python: site.python, modules: site.modules, layers: layersIn(join(home, 'opt'), site.layers) };
      this.trees.set(key, found);
    }
    const { tree, ...rest } = found;
    return { ...rest, directory: tree.directory };
  }

  /**
   * Takes over what has changed in a project.
   *
   * @returns whether anything has
   */
  public refresh(source: ProjectSource): boolean {
    let changed = false;
    for (const { tree } of this.trees.values()) {
      if (tree.source?.entry === source.entry && tree.source.entrypoint === source.entrypoint) changed = tree.refresh() || changed;
    }
    return changed;
  }

  /** Removes all copies. */
  public remove(): void {
    removeCopy(this.home);
  }
}

/** One directory with the content of layers, as `/opt`; undefined where there are none. */
function layersIn(directory: string, layers: readonly string[]): string | undefined {
  if (layers.length === 0) return undefined;
  workingCopy([...layers].reverse(), directory);
  return directory;
}
