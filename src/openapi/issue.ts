import { FastApiError } from '../private/errors';
import type { RuleId } from '../private/messages';
import { printable } from '../private/printable';

/** One problem of a document or of one of its operations, as data: `lint` prints it, the constructs throw or annotate it. */
export interface Issue {
  /** An error stops the synthesis. A warning does not. An info describes behavior that may be intended. */
  readonly severity: 'error' | 'warning' | 'info';
  /** Name of the rule, for example `greedy-last`: stable, so that programs can compare it. */
  readonly rule: RuleId;
  /** Description of the problem, with the value that was found. */
  readonly message: string;
  /** The user's possible actions. */
  readonly remedy: string;
  /** Name of the operation. */
  readonly operation?: string;
  /** HTTP method in upper case. */
  readonly method?: string;
  /** Path as the document declares it. */
  readonly path?: string;
}

/** One issue on one line, for people. */
export function formatIssue(issue: Issue): string {
  const place = [issue.method, issue.path].filter((part) => part !== undefined).join(' ');
  const subject = issue.operation === undefined ? place : `\`${issue.operation}\`${place && ` (${place})`}`;
  const text = `${issue.message}; ${issue.remedy}`;
  return printable(`${issue.rule}: ${subject && `${subject}: `}${text}`, 1000);
}

/** All issues of one document: a heading line and one line for each. */
export function formatIssues(issues: readonly Issue[], source: string): string {
  const count = issues.length === 1 ? '1 problem' : `${issues.length} problems`;
  return [`${count} in ${printable(source)}`, ...issues.map((issue) => `  ${formatIssue(issue)}`)].join('\n');
}

/** Throws the errors among the issues, all in one. */
export function throwErrors(issues: readonly Issue[], source: string): void {
  const errors = issues.filter((issue) => issue.severity === 'error');
  if (errors.length > 0) throw new FastApiError(formatIssues(errors, source));
}
