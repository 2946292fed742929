import { Annotations, CfnResource, Stack, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { operationList } from '../access/operation-list';
import { formatIssue } from '../openapi/issue';
import type { OperationSet } from '../operations/operation-set';

/**
 * Seconds that an API waits for an integration, unless the account's quota was raised.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
const TIMEOUT_QUOTA = 29;

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

/** An edge-optimized endpoint ends a stream after 30 silent seconds. */
export function warnOfEdgeStreams(scope: Construct, set: OperationSet, types: readonly apigateway.EndpointType[]): void {
  const streaming = set.operations.filter((operation) => operation.streaming);
  if (streaming.length === 0 || !types.includes(apigateway.EndpointType.EDGE)) return;
  Annotations.of(scope).addWarningV2(
    'cdk-fastapi:edgeStreams',
    `\`endpointConfiguration\` EDGE ends a stream that is silent for 30 seconds, got: ${operationList(streaming)}; use REGIONAL`,
  );
}

/** The catch-all function serves every operation that has no route, and buffers. */
export function warnOfCatchAllStreams(scope: Construct, set: OperationSet): void {
  const buffered = set.operations.filter((operation) => operation.streaming && operation.catchAll);
  if (buffered.length === 0) return;
  Annotations.of(scope).addWarningV2(
    'cdk-fastapi:catchAllStreams',
    'the catch-all function does not stream: its answer arrives as a whole, after 29 seconds and with 6 MB at most, '
    + `got: ${operationList(buffered)}; give it a path that API Gateway can hold`,
  );
}

/** API Gateway gives up before such a function does, and takes a longer wait only where the quota was raised. */
export function warnOfTimeouts(scope: Construct, api: apigateway.RestApi, functions: readonly lambda.Function[]): void {
  const patient = functions.filter(({ timeout }) => (
    timeout !== undefined && !timeout.isUnresolved() && timeout.toSeconds({ integral: false }) > FUNCTION_TIMEOUT
  ));
  if (patient.length > 0) {
    Annotations.of(scope).addWarningV2(
      'cdk-fastapi:functionTimeout',
      `\`timeout\` of a function should be ${TIMEOUT_QUOTA} seconds at most, since a REST API answers 504 then, got: ${patient[0].timeout!.toHumanString()} (${patient[0].node.path})`,
    );
  }
  for (const method of api.methods) {
    const { integration } = method.node.defaultChild as apigateway.CfnMethod;
    if (integration === undefined || Token.isUnresolved(integration)) continue;
    const { timeoutInMillis = 0, responseTransferMode } = integration as apigateway.CfnMethod.IntegrationProperty;
    if (responseTransferMode === apigateway.ResponseTransferMode.STREAM || timeoutInMillis <= TIMEOUT_QUOTA * 1000) continue;
    Annotations.of(method).addWarningV2(
      'cdk-fastapi:integrationTimeout',
      `\`timeout\` of an integration over ${TIMEOUT_QUOTA} seconds needs a raised quota, got: ${timeoutInMillis / 1000} seconds; the deployment fails without it`,
    );
  }
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
export function bodySizeProblems(bytes: number): string[] {
  return bytes <= MAX_BODY ? [] : [
    `the routes of an API must be ${MAX_BODY} bytes of its template at most, got: ${bytes}; `
    + 'give the stack `suppressTemplateIndentation: true`, set `catchAll: true`, with which one preflight route is enough, or split the app into two APIs',
  ];
}
