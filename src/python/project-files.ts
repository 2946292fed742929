import * as fs from 'fs';
import * as path from 'path';
import ignore, { type Ignore } from 'ignore';
import { FastApiError } from '../private/errors';
import { compareText } from '../private/hash';

/**
 * What is never part of an application, in the syntax of `.gitignore`. `include` brings single files back, except
 * from the directories of `NEVER_WALKED`.
 */
export const LEFT_OUT: readonly string[] = [
  // Secrets: a bundle can be read by everyone who may read the function's code.
  '.env', '.env.*', '.envrc', '*.pem', '*.key', '*.p12', '*.pfx', '*.jks', 'id_rsa*', 'id_ed25519*', '.netrc', '.pypirc', '.pgpass', '.aws/', '.ssh/',
  // The project's tests, at its top: an edited test deploys nothing.
  '/tests/', '/test/', '/conftest.py',
  // What tools leave behind.
  '*.pyc', '*.pyo', '*.egg-info/', '*.egg', '.coverage', '.coverage.*', 'htmlcov/', '.DS_Store', 'Thumbs.db', '*.swp', '*~',
  '/build/', '/dist/', '.python-version', 'uv.lock', 'pylock.toml', 'pylock.*.toml', 'poetry.lock', 'pdm.lock', 'Pipfile.lock',
  '.gitignore', '.gitattributes', '.dockerignore', '.editorconfig', '.pre-commit-config.yaml', '.idea/', '.vscode/', '.github/', '.gitlab-ci.yml',
];

/** Directories that are not even looked into: version control, environments, caches and CDK's output. */
export const NEVER_WALKED: readonly string[] = [
  '.git/', '.hg/', '.svn/', '.venv/', 'venv/', '.virtualenv/', 'node_modules/', '__pycache__/', '__pypackages__/',
  '.mypy_cache/', '.pytest_cache/', '.ruff_cache/', '.hypothesis/', '.tox/', '.nox/', '.cache/', '.pdm-build/', 'cdk.out/', '.nx/', '.terraform/',
];

/** Patterns of the user, relative to the project. */
export interface FilePatterns {
  readonly exclude?: readonly string[];
  readonly include?: readonly string[];
}

/** The files of a project that belong to its application, relative to it with `/`, sorted. */
export function applicationFiles(project: string, patterns: FilePatterns = {}): string[] {
  const walk = new Walk(fs.realpathSync(project), patterns);
  walk.visit('', walk.root, []);
  return walk.found.sort(compareText);
}

class Walk {
  public readonly found: string[] = [];
  private readonly never = ignore().add([...NEVER_WALKED]);
  private readonly leftOut: Ignore;
  private readonly broughtBack: Ignore | undefined;

  constructor(public readonly root: string, patterns: FilePatterns) {
    this.leftOut = ignore().add([...LEFT_OUT, ...patterns.exclude ?? []]);
    const include = patterns.include ?? [];
    this.broughtBack = include.length === 0 ? undefined : ignore().add([...include]);
  }

  public visit(relative: string, real: string, parents: readonly string[]): void {
    for (const entry of fs.readdirSync(real, { withFileTypes: true })) {
      const below = relative === '' ? entry.name : `${relative}/${entry.name}`;
      // A link is judged by its own name before it is followed: `.venv` may be one.
      if (this.isLeftOut(below, entry.isDirectory() || entry.isSymbolicLink())) continue;
      const target = entry.isSymbolicLink() ? this.follow(below, path.join(real, entry.name)) : path.join(real, entry.name);
      const stat = fs.statSync(target);
      if (stat.isDirectory()) {
        if (this.isLeftOut(below, true)) continue;
        if (isVirtualEnvironment(target)) continue;
        if (parents.includes(target)) throw new FastApiError(`a symbolic link of the project leads back to a directory above it, got: ${below}; remove it or name it in \`exclude\``);
        this.visit(below, target, [...parents, target]);
      } else if (stat.isFile() && !this.isLeftOut(below, false)) {
        this.found.push(below);
      }
    }
  }

  /** For a directory: whether nothing below it can be wanted. */
  private isLeftOut(relative: string, directory: boolean): boolean {
    const name = directory ? `${relative}/` : relative;
    if (this.never.ignores(name)) return true;
    if (!this.leftOut.ignores(name)) return false;
    if (this.broughtBack === undefined) return true;
    return !directory && !this.broughtBack.ignores(name);
  }

  private follow(relative: string, link: string): string {
    let target: string;
    try {
      target = fs.realpathSync(link);
    } catch {
      throw new FastApiError(`a symbolic link of the project leads nowhere, got: ${relative}; remove it or name it in \`exclude\``);
    }
    const inside = path.relative(this.root, target);
    if (inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside)) {
      throw new FastApiError(
        `a symbolic link of the project leads out of it, got: ${relative} -> ${target}; ` +
        'copy what it leads to into the project, make it a dependency, or name the link in `exclude`',
      );
    }
    return target;
  }
}

/** An environment under any name is told by the file that PEP 405 asks for. */
function isVirtualEnvironment(directory: string): boolean {
  return fs.existsSync(path.join(directory, 'pyvenv.cfg'));
}
