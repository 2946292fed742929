import { FastApiError } from '../private/errors';

const CLAUSE = /^(===|==|~=|!=|<=|>=|<|>)\s*v?(\d+(?:\.\d+)*)(\.\*)?((?:[abc]|rc|\.?dev|\.?post)\d*)?$/;
/** Lambda runs the newest patch of a minor version: this one is newer than any. */
const NEWEST_PATCH = 999;

/**
 * Whether a `requires-python` allows the newest patch of a minor version.
 *
 * @param specifier PEP 440 version specifiers, as `>=3.11,<3.14`
 * @param minor minor version, as `3.13`
 * @see https://packaging.python.org/en/latest/specifications/version-specifiers/
 */
export function allowsPython(specifier: string, minor: string): boolean {
  const version = [...minor.split('.').map(Number), NEWEST_PATCH];
  return specifier.split(',').map((clause) => clause.trim()).filter((clause) => clause !== '').every((clause) => holds(clause, version, specifier));
}

/**
 * The constraint that Poetry's own table gives, as version specifiers; undefined where it says nothing, or an alternative (`||`).
 *
 * @see https://python-poetry.org/docs/dependency-specification/
 */
export function poetryPython(constraint: string | undefined): string | undefined {
  if (constraint === undefined || constraint.includes('|') || constraint.trim() === '*') return undefined;
  return constraint.split(',').map((clause) => clause.trim()).filter((clause) => clause !== '').map((clause) => {
    const match = /^([~^]?)\s*(\d+(?:\.\d+)*(?:\.\*)?)$/.exec(clause);
    if (match === null) return clause;
    const [, sign, version] = match;
    if (sign === '') return `==${version}`;
    const [major, minor] = version.split('.').map(Number);
    return `>=${version},<${sign === '^' || minor === undefined ? major + 1 : `${major}.${minor + 1}`}`;
  }).join(',');
}

function holds(clause: string, version: readonly number[], specifier: string): boolean {
  const match = CLAUSE.exec(clause);
  if (match === null) throw new FastApiError(`\`requires-python\` must be made of version specifiers such as >=3.11,<3.14, got: ${specifier}`);
  const [, operator, digits, wildcard] = match;
  const given = digits.split('.').map(Number);
  const order = compare(version, given);
  const prefix = given.every((part, index) => version[index] === part || (index >= version.length && part === 0));
  switch (operator) {
    case '>=': return order >= 0;
    case '>': return order > 0;
    case '<=': return order <= 0;
    case '<': return order < 0;
    case '~=': return order >= 0 && given.slice(0, -1).every((part, index) => version[index] === part);
    case '!=': return wildcard !== undefined ? !prefix : true;
    // `==3.13` means 3.13.0 to PEP 440; whoever writes it means the minor version.
    default: return wildcard !== undefined || given.length <= 2 ? prefix : given[0] === version[0] && given[1] === version[1];
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
