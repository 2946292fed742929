import { isSatisfied, isSpecifier } from '../python-specifier';

/** The values that the markers of dependencies are compared with. */
export interface MarkerEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  readonly extras: readonly string[];
  readonly groups: readonly string[];
}

const VERSIONS = new Set(['python_version', 'python_full_version', 'implementation_version']);
const TOKEN = /\s*(?:(===|==|~=|!=|<=|>=|<|>|\(|\))|'([^']*)'|"([^"]*)"|([a-z_.]+))/y;

/** The environment of CPython on a machine. */
export function markerEnvironment(
  version: string, machine: string, system: NodeJS.Platform = 'linux', selection: { readonly extras?: readonly string[]; readonly groups?: readonly string[] } = {},
): MarkerEnvironment {
  const [major, minor] = version.split('.');
  return {
    variables: {
      'python_version': `${major}.${minor}`,
      'python_full_version': version,
      'implementation_version': version,
      'implementation_name': 'cpython',
      'platform_python_implementation': 'CPython',
      'python_implementation': 'CPython',
      'platform.python_implementation': 'CPython',
      'sys_platform': system,
      'sys.platform': system,
      'os_name': system === 'win32' ? 'nt' : 'posix',
      'os.name': system === 'win32' ? 'nt' : 'posix',
      'platform_system': { linux: 'Linux', darwin: 'Darwin', win32: 'Windows' }[String(system)] ?? String(system),
      'platform_machine': machine,
      'platform.machine': machine,
      'platform_release': '',
      'platform_version': '',
    },
    extras: selection.extras ?? [],
    groups: selection.groups ?? [],
  };
}

/**
 * Whether a marker holds in an environment. One that cannot be read holds: uv then says what is wrong with it.
 *
 * @see https://packaging.python.org/en/latest/specifications/dependency-specifiers/
 */
export function markerHolds(marker: string | undefined, environment: MarkerEnvironment): boolean {
  if (marker === undefined || marker.trim() === '') return true;
  try {
    const parser = new Parser(marker, environment);
    return parser.whole();
  } catch (error) {
    if (error instanceof UnreadableMarker) return true;
    throw error;
  }
}

class UnreadableMarker extends Error {}

interface Operand {
  readonly text: string;
  readonly name?: string;
}

class Parser {
  private readonly tokens: { readonly text: string; readonly quoted: boolean }[] = [];
  private position = 0;

  constructor(marker: string, private readonly environment: MarkerEnvironment) {
    const text = marker.trim();
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
      const match = TOKEN.exec(text);
      if (match === null) throw new UnreadableMarker(marker);
      const quoted = match[2] ?? match[3];
      this.tokens.push(quoted === undefined ? { text: match[1] ?? match[4], quoted: false } : { text: quoted, quoted: true });
    }
  }

  public whole(): boolean {
    const holds = this.or();
    if (this.position !== this.tokens.length) throw new UnreadableMarker();
    return holds;
  }

  private or(): boolean {
    let holds = this.and();
    while (this.take('or')) holds = this.and() || holds;
    return holds;
  }

  private and(): boolean {
    let holds = this.atom();
    while (this.take('and')) holds = this.atom() && holds;
    return holds;
  }

  private atom(): boolean {
    if (this.take('(')) {
      const holds = this.or();
      if (!this.take(')')) throw new UnreadableMarker();
      return holds;
    }
    const left = this.operand();
    const negated = this.take('not');
    const operator = this.next().text;
    const right = this.operand();
    if (operator === 'in') return this.isIn(left, right) !== negated;
    return this.compare(left, operator, right);
  }

  private isIn(left: Operand, right: Operand): boolean {
    if (right.name === 'extras') return this.environment.extras.includes(left.text);
    if (right.name === 'dependency_groups') return this.environment.groups.includes(left.text);
    return right.text.includes(left.text);
  }

  private compare(left: Operand, operator: string, right: Operand): boolean {
    if (left.name === 'extra' || right.name === 'extra') {
      const wanted = this.environment.extras.includes(left.name === 'extra' ? right.text : left.text);
      return operator === '!=' ? !wanted : wanted;
    }
    if (VERSIONS.has(left.name ?? right.name ?? '')) return left.name === undefined ? isInRelation(right.text, MIRRORED[operator] ?? operator, left.text) : isInRelation(left.text, operator, right.text);
    switch (operator) {
      case '==':
      case '===': return left.text === right.text;
      case '!=': return left.text !== right.text;
      case '<': return left.text < right.text;
      case '<=': return left.text <= right.text;
      case '>': return left.text > right.text;
      case '>=': return left.text >= right.text;
      default: throw new UnreadableMarker();
    }
  }

  private operand(): Operand {
    const { text, quoted } = this.next();
    if (quoted) return { text };
    if (['extra', 'extras', 'dependency_groups'].includes(text)) return { text: '', name: text };
    if (!Object.hasOwn(this.environment.variables, text)) throw new UnreadableMarker();
    return { text: this.environment.variables[text], name: text };
  }

  private next(): { readonly text: string; readonly quoted: boolean } {
    const token = this.tokens[this.position++];
    if (token === undefined) throw new UnreadableMarker();
    return token;
  }

  private take(text: string): boolean {
    const token = this.tokens[this.position];
    if (token === undefined || token.quoted || token.text !== text) return false;
    this.position++;
    return true;
  }
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** Whether a version of Python stands in a relation to another. */
function isInRelation(version: string, operator: string, other: string): boolean {
  if (operator === '===') return version === other;
  const specifier = `${operator}${other}`;
  if (!isSpecifier(specifier)) throw new UnreadableMarker();
  return isSatisfied(version, specifier);
}
