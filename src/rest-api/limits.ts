import { Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { operationList } from '../access/operation-list';
import type { Operations } from '../operations/operations';
import { LIMITS } from '../private/limits';
import { addWarning } from '../private/messages';

const TIMEOUT_SECONDS = LIMITS.restSeconds.ours;

/** Warns of streaming operations behind an edge-optimized endpoint, which ends a stream after 30 silent seconds. */
export function warnOfEdgeStreams(scope: Construct, operations: Operations, types: readonly apigateway.EndpointType[]): void {
  const streaming = operations.all.filter((operation) => operation.streaming);
  if (streaming.length === 0 || !types.includes(apigateway.EndpointType.EDGE)) return;
  addWarning(
    scope, 'edgeStreams',
    `\`endpointConfiguration\` EDGE ends a stream that is silent for ${LIMITS.edgeSilenceSeconds.aws} seconds, got: ${operationList(streaming)}; use REGIONAL`,
  );
}

/** Warns of streaming operations without a route of their own, because the catch-all function buffers. */
export function warnOfCatchAllStreams(scope: Construct, operations: Operations): void {
  const buffered = operations.all.filter((operation) => operation.streaming && operation.catchAll);
  if (buffered.length === 0) return;
  addWarning(
    scope, 'catchAllStreams',
    'the catch-all function does not stream: its answer arrives as a whole, after 29 seconds and with 6 MB at most, '
    + `got: ${operationList(buffered)}; give it a path that API Gateway can hold`,
  );
}

/** Warns of integration timeouts above the default quota, because API Gateway accepts them only after the quota was raised. */
export function warnOfIntegrationTimeouts(api: apigateway.RestApi): void {
  for (const method of api.methods) {
    const { integration } = method.node.defaultChild as apigateway.CfnMethod;
    if (integration === undefined || Token.isUnresolved(integration)) continue;
    const { timeoutInMillis = 0, responseTransferMode } = integration as apigateway.CfnMethod.IntegrationProperty;
    if (responseTransferMode === apigateway.ResponseTransferMode.STREAM || timeoutInMillis <= TIMEOUT_SECONDS * 1000) continue;
    addWarning(
      method, 'integrationTimeout',
      `\`timeout\` of an integration over ${TIMEOUT_SECONDS} seconds needs a raised quota, got: ${timeoutInMillis / 1000} seconds; the deployment fails without it`,
    );
  }
}
