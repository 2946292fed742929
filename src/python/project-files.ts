import * as fs from 'fs';
import * as path from 'path';
import ignore, { type Ignore } from 'ignore';
import { AMBIGUOUS, CDK_APP, isPrivateKeyText, isPublicKeyText, KEYS, LEFT_OUT, MAYBE_KEYS, NEVER_WALKED, SECRET_DIRECTORIES, SECRET_FILES } from './left-out';
import { FastApiError } from '../private/errors';
import { isFile } from '../private/file-kind';
import { compareText } from '../private/hash';

/** Which files of a project are wanted, relative to it. */
export interface FilePatterns {
  readonly exclude?: readonly string[];
  readonly include?: readonly string[];
  /** The module that is served, as `pkg.main:app`: what holds it is never left out by default. */
  readonly entrypoint?: string;
  /** Whether links may lead out of the project: what is installed as a package is not bundled as it lies. */
  readonly linksOut?: boolean;
}

/** The files of a project, and what was left out of them. */
export interface ProjectFiles {
  /** Relative to the project with `/`, sorted. */
  readonly files: readonly string[];
  /** By what they are, as `secrets`: files, and directories with a `/` at their end. What `exclude` names is not in it. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>;
  /** Files that are packed and may hold a secret. */
  readonly ambiguous: readonly string[];
}

/** The files of a project that belong to its application, relative to it with `/`, sorted. */
export function applicationFiles(project: string, patterns: FilePatterns = {}): string[] {
  return [...selectFiles(project, patterns).files];
}

/** The same, with what was left out and why. */
export function selectFiles(project: string, patterns: FilePatterns = {}): ProjectFiles {
  const root = fs.realpathSync(project);
  const walk = new Walk(root, patterns);
  walk.visit('', root, []);
  return {
    files: walk.found.sort(compareText),
    leftOut: new Map([...walk.leftOut].map(([what, files]) => [what, files.sort(compareText)])),
    ambiguous: walk.ambiguous.sort(compareText),
  };
}

/**
 * @throws FastApiError where a pattern of `include` brings nothing into the bundle: the file that it was written for is missing
 */
export function checkInclude(files: readonly string[], include: readonly string[] = []): void {
  const idle = include.filter((pattern) => !/^\s*(#|!|$)/.test(pattern) && !files.some((file) => ignore().add(pattern).ignores(file)));
  if (idle.length === 0) return;
  throw new FastApiError(
    `each pattern of \`include\` must match a file of the project, got: ${idle.join(', ')}, which matches none; ` +
    'patterns are those of `.gitignore`, relative to the project, and files outside of it are copied into it or come with a package',
  );
}

/** Why a file is left out: what it is, or that the user said so. */
type Reason = string;
const EXCLUDED: Reason = 'exclude';

class Walk {
  public readonly found: string[] = [];
  public readonly leftOut = new Map<string, string[]>();
  public readonly ambiguous: string[] = [];
  private readonly never: Ignore;
  private readonly secretFiles = ignore().add([...SECRET_FILES]);
  private readonly secretDirectories = ignore().add([...SECRET_DIRECTORIES]);
  private readonly keys = ignore().add([...KEYS]);
  private readonly maybeKeys = ignore().add([...MAYBE_KEYS]);
  private readonly ambiguousNames = ignore().add([...AMBIGUOUS]);
  private readonly groups: readonly { readonly what: string; readonly patterns: Ignore }[];
  private readonly excluded: Ignore;
  private readonly broughtBack: Ignore | undefined;
  /** `pkg/main` of `pkg.main:app`. */
  private readonly module: string | undefined;
  private readonly linksOut: boolean;

  constructor(private readonly root: string, patterns: FilePatterns) {
    const include = patterns.include ?? [];
    const named = NEVER_WALKED.filter((name) => include.some((pattern) => `/${pattern}/`.includes(`/${name}`)));
    this.never = ignore().add(NEVER_WALKED.filter((name) => !named.includes(name)));
    const groups = LEFT_OUT.map((group) => ({ what: group.what, patterns: ignore().add([...group.patterns]) }));
    if (fs.existsSync(path.join(root, 'cdk.json'))) groups.push({ what: 'infrastructure', patterns: ignore().add([...CDK_APP]) });
    if (named.length > 0) groups.push({ what: 'files of tools', patterns: ignore().add(named) });
    this.groups = groups;
    this.excluded = ignore().add([...patterns.exclude ?? []]);
    this.broughtBack = include.length === 0 ? undefined : ignore().add([...include]);
    this.linksOut = patterns.linksOut === true;
    this.module = patterns.entrypoint?.split(':')[0].split('.').join('/');
  }

  /**
   * @param inherited why what lies here is left out, where the directory is looked into for `include` alone
   */
  public visit(relative: string, real: string, parents: readonly string[], inherited?: Reason): void {
    for (const entry of fs.readdirSync(real, { withFileTypes: true })) {
      const below = relative === '' ? entry.name : `${relative}/${entry.name}`;
      const link = entry.isSymbolicLink();
      // A link is judged by its own name before it is followed: `.venv` may be one.
      if (link && this.isNeverWanted(below, path.join(real, entry.name))) continue;
      const target = link ? this.follow(below, path.join(real, entry.name)) : path.join(real, entry.name);
      if (target === undefined) continue;
      const stat = fs.statSync(target);
      if (stat.isDirectory()) this.visitDirectory(below, target, parents, inherited);
      else if (stat.isFile()) this.visitFile(below, target, inherited);
    }
  }

  private visitDirectory(relative: string, real: string, parents: readonly string[], inherited: Reason | undefined): void {
    if (this.never.ignores(`${relative}/`) || isVirtualEnvironment(real)) return;
    const reason = inherited ?? this.reasonOfDirectory(relative, real);
    if (reason !== undefined && this.broughtBack === undefined) return this.note(reason, `${relative}/`);
    if (parents.includes(real)) {
      if (this.linksOut) return;
      throw new FastApiError(`a symbolic link of the project leads back to a directory above it, got: ${relative}; remove it or name it in \`exclude\``);
    }
    this.visit(relative, real, [...parents, real], reason);
  }

  private visitFile(relative: string, absolute: string, inherited: Reason | undefined): void {
    const wanted = this.broughtBack?.ignores(relative) === true;
    const reason = wanted ? undefined : inherited ?? this.reasonOfFile(relative, absolute);
    if (reason !== undefined) return this.note(reason, relative);
    this.found.push(relative);
    if (!wanted && this.ambiguousNames.ignores(path.posix.basename(relative))) this.ambiguous.push(relative);
  }

  private note(reason: Reason, name: string): void {
    if (reason === EXCLUDED) return;
    const names = this.leftOut.get(reason);
    if (names === undefined) this.leftOut.set(reason, [name]);
    else names.push(name);
  }

  private isNeverWanted(relative: string, link: string): boolean {
    if (this.never.ignores(`${relative}/`)) return true;
    const reason = this.reasonOfFile(relative, link) ?? this.reasonOfDirectory(relative, link);
    if (reason === undefined || this.broughtBack !== undefined) return false;
    this.note(reason, relative);
    return true;
  }

  private reasonOfDirectory(relative: string, real: string): Reason | undefined {
    const name = `${relative}/`;
    if (this.excluded.ignores(name)) return EXCLUDED;
    if (this.secretDirectories.ignores(name)) return 'secrets';
    // What is served is no test and no infrastructure, whatever it is called.
    if (this.module?.startsWith(name) === true) return undefined;
    return fs.existsSync(path.join(real, 'cdk.json')) ? 'infrastructure' : this.groupOf(name);
  }

  private reasonOfFile(relative: string, absolute: string): Reason | undefined {
    if (this.excluded.ignores(relative)) return EXCLUDED;
    const name = path.posix.basename(relative);
    if (!name.endsWith('.py')) {
      if (this.secretFiles.ignores(name)) return 'secrets';
      if (this.keys.ignores(name) && !isPublicKeyText(textOf(absolute))) return 'secrets';
      if (this.maybeKeys.ignores(name) && isPrivateKeyText(textOf(absolute))) return 'secrets';
    }
    const [top] = relative.split('/');
    return top !== relative && this.module?.startsWith(`${top}/`) === true && ['test', 'tests'].includes(top) ? undefined : this.groupOf(relative);
  }

  private groupOf(relative: string): string | undefined {
    return this.groups.find(({ patterns }) => patterns.ignores(relative))?.what;
  }

  private follow(relative: string, link: string): string | undefined {
    let target: string;
    try {
      target = fs.realpathSync(link);
    } catch {
      if (this.linksOut) return undefined;
      throw new FastApiError(`a symbolic link of the project leads nowhere, got: ${relative}; remove it or name it in \`exclude\``);
    }
    if (this.linksOut) return target;
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

/** The text of a file; empty for what is none, as a link that leads nowhere. */
function textOf(file: string): string {
  if (!isFile(file)) return '';
  try {
    return fs.readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** An environment under any name is told by the file that PEP 405 asks for. */
function isVirtualEnvironment(directory: string): boolean {
  return fs.existsSync(path.join(directory, 'pyvenv.cfg'));
}
