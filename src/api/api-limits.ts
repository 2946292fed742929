import { Annotations, CfnResource, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { formatIssue } from '../openapi/issue';
import type { OperationSet } from '../operations/operation-set';

/** Seconds that a function has unless it is told otherwise: one more, so that API Gateway answers first. */
const FUNCTION_TIMEOUT = 30;

/** Resources of a template of which CloudFormation takes 500: room for what is added before anybody looks again. */
const MAX_RESOURCES = 480;

/** Bytes of a body, in a template of which CloudFormation takes a million. */
const MAX_BODY = 900_000;

/** Says the warnings of the document, each once. */
export function warnOfIssues(scope: Construct, set: OperationSet): void {
  for (const issue of set.issues) {
    if (issue.severity === 'warning') Annotations.of(scope).addWarningV2(`cdk-fastapi:${issue.rule}`, formatIssue(issue));
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
  Annotations.of(scope).addWarningV2(
    'cdk-fastapi:functionTimeout',
    `\`timeout\` of a function should be ${wait} seconds at most, since ${answer} then, got: ${patient[0].timeout!.toHumanString()} (${patient[0].node.path})`,
  );
}

/** The problem of a template that holds a resource for each route. */
export function resourceCountProblems(scope: Construct): string[] {
  const stack = Stack.of(scope);
  const count = stack.node.findAll().filter((node) => CfnResource.isCfnResource(node) && Stack.of(node) === stack).length;
  return count <= MAX_RESOURCES ? [] : [
    `\`definition\` RESOURCES makes resources of every route, at most ${MAX_RESOURCES} in one stack with all others, got: ${count}; `
    + 'use `definition: RouteDefinition.BODY` under another construct id',
  ];
}

/** The problem of a body that is too long for its template. */
export function bodySizeProblems(bytes: number, wayOut: string): string[] {
  return bytes <= MAX_BODY ? [] : [
    `the routes of an API must be ${MAX_BODY} bytes of its template at most, got: ${bytes}; `
    + `give the stack \`suppressTemplateIndentation: true\`, ${wayOut}, or split the app into two APIs`,
  ];
}
