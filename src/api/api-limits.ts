import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { formatIssue } from '../openapi/issue';
import type { Operations } from '../operations/operations';
import { addInfo, addWarning } from '../private/messages';

/** Seconds that a function has unless it is told otherwise: one more, so that API Gateway answers first. */
const FUNCTION_TIMEOUT = 30;

/**
 * Says the warnings of the document and what it lets know, each once.
 *
 * @param served paths that something else serves
 */
export function warnOfIssues(scope: Construct, operations: Operations, served: readonly string[] = []): void {
  for (const issue of operations.issues) {
    if (issue.rule === 'not-served' && issue.path !== undefined && served.includes(issue.path)) continue;
    if (issue.severity === 'info') addInfo(scope, issue.rule, formatIssue(issue));
    if (issue.severity === 'warning') addWarning(scope, issue.rule, formatIssue(issue));
  }
}

/**
 * API Gateway gives up before such a function does.
 *
 * @param wait seconds that the API waits
 * @param answer what its caller gets then
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
