import { satisfies, validRange } from '@renovatebot/pep440';
import { FastApiError } from '../private/errors';

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
  const clauses = clausesOf(specifier);
  if (clauses.length > 0 && !validRange(clauses.join(','))) {
    throw new FastApiError(`\`requires-python\` must be made of version specifiers such as >=3.11,<3.14, got: ${specifier}`);
  }
  return clauses.every((clause) => isSatisfied(`${minor}.${NEWEST_PATCH}`, meant(clause)));
}

/** Whether a version satisfies specifiers; pre-releases count like every other version, since one that is there was chosen. */
export function isSatisfied(version: string, specifier: string): boolean {
  return satisfies(version, specifier, { prereleases: true });
}

/** Whether a text is a list of version specifiers. */
export function isSpecifier(text: string): boolean {
  return validRange(text);
}

/**
 * The constraint that Poetry's own table gives, as version specifiers; undefined where it says nothing, or an alternative (`||`).
 *
 * @see https://python-poetry.org/docs/dependency-specification/
 */
export function poetryPython(constraint: string | undefined): string | undefined {
  if (constraint === undefined || constraint.includes('|') || constraint.trim() === '*') return undefined;
  return clausesOf(constraint).map((clause) => {
    const match = /^([~^]?)\s*(\d+(?:\.\d+)*(?:\.\*)?)$/.exec(clause);
    if (match === null) return clause;
    const [, sign, version] = match;
    if (sign === '') return `==${version}`;
    const [major, minor] = version.split('.').map(Number);
    return `>=${version},<${sign === '^' || minor === undefined ? major + 1 : `${major}.${minor + 1}`}`;
  }).join(',');
}

function clausesOf(specifier: string): string[] {
  return specifier.split(',').map((clause) => clause.trim()).filter((clause) => clause !== '');
}

/**
 * What whoever writes an exact version means: `==3.13` is 3.13.0 to PEP 440 and every patch to them, and one patch (`==3.13.2`) is that of
 * their machine, which Lambda lets nobody choose.
 */
function meant(clause: string): string {
  const exact = /^===?\s*v?(\d+)(?:\.(\d+))?(?:\.\d+)*$/.exec(clause);
  if (exact === null) return clause;
  return `==${exact[1]}.${exact[2] === undefined ? '' : `${exact[2]}.`}*`;
}
