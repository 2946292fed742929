import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { formatIssue } from '../openapi/issue';
import type { Operations } from '../operations/operations';
import { addInfo, addWarning } from '../private/messages';

/** Default timeout of a function in seconds: one second more than API Gateway waits, so that API Gateway answers first. */
const FUNCTION_TIMEOUT = 30;

/**
 * Adds the warnings and infos of the document's issues to a construct, each once.
 *
 * @param served paths that the front end serves, about which no `not-served` issue is reported
 */
export function warnOfIssues(scope: Construct, operations: Operations, served: readonly string[] = []): void {
  for (const issue of operations.issues) {
    if (issue.rule === 'not-served' && issue.path !== undefined && served.includes(issue.path)) continue;
    if (issue.severity === 'info') addInfo(scope, issue.rule, formatIssue(issue));
    if (issue.severity === 'warning') addWarning(scope, issue.rule, formatIssue(issue));
  }
}

/**
 * Warns of functions whose timeout is longer than API Gateway waits for them.
 *
 * @param wait seconds that the API waits
 * @param answer what the caller gets after that, for the message
 */
export function warnOfPatientFunctions(scope: Construct, functions: readonly lambda.Function[], wait: number, answer: string): void {
  const patient = functions.filter(({ timeout }) => (
    timeout !== undefined && !timeout.isUnresolved() && timeout.toSeconds({ integral: false }) > FUNCTION_TIMEOUT
  ));
  if (patient.length === 0) return;
  addWarning(
    scope, 'functionTimeout',
    `\`timeout\` of a function should be ${wait} seconds at most, since ${answer} then, got: ${patient[0].timeout!.toHumanString()} (${patient[0].node.path})`,
  );
}
