import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentSetting } from './function-variables';
import type { Guardian } from './guardian';
import { removeCopy, workingCopy } from './working-copy';
import { lambdaPython } from '../lambda-python';
import type { LocalFunction } from '../local-function';

/** The code and the interpreter of a function, ready to be run. */
export type PreparedCode = Pick<EnvironmentSetting, 'python' | 'directory' | 'modules'>;

/** Working copies of bundles: one for each bundle, made with its first use, gone with this program. */
export class CodeStore {
  private readonly home: string;
  private readonly prepared = new Map<string, PreparedCode>();
  private copies = 0;

  public constructor(guardian: Guardian) {
    this.home = realpathSync(mkdtempSync(join(tmpdir(), 'cdk-fastapi-local-')));
    guardian.own(this.home);
  }

  /** The newest code of a function. */
  public async prepare(definition: LocalFunction): Promise<PreparedCode> {
    const key = `${definition.python} ${definition.directory}`;
    let found = this.prepared.get(key);
    if (found === undefined) {
      const directory = this.newDirectory();
      workingCopy(definition.directory, directory);
      found = { python: lambdaPython(definition.python), directory };
      this.prepared.set(key, found);
    }
    return found;
  }

  /** Removes all copies. */
  public remove(): void {
    removeCopy(this.home);
  }

  private newDirectory(): string {
    return join(this.home, String(++this.copies), 'task');
  }
}
