import type { Construct } from 'constructs';
import { operationList } from './operation-list';
import type { FastApiOperation } from '../operations/fast-api-operation';
import { addInfo, addWarning } from '../private/messages';

/** An operation, and what its deployed method or route asks for: `NONE`, `AWS_IAM`, or the type of an authorizer. */
export interface DeployedOperation {
  readonly operation: FastApiOperation;
  readonly authorizationType: string;
}

/**
 * Lists the public operations of an API at synth, and compares what the app's document declares with
 * what is deployed. Every message can be acknowledged.
 */
export function reportAccess(scope: Construct, deployed: readonly DeployedOperation[]): void {
  const open = deployed.filter(({ authorizationType }) => authorizationType === 'NONE').map(({ operation }) => operation);
  if (open.length > 0) {
    addInfo(scope, 'publicOperations', `everybody may call ${operationList(open)}`);
  }
  const declaredProtected = open.filter(isDeclaredProtected);
  if (declaredProtected.length > 0) {
    addWarning(
      scope, 'declaredProtectedButOpen',
      `the app declares \`security\` for ${operationList(declaredProtected)}, and API Gateway lets everybody through. `
      + 'Use another `auth` or an `authorizer` for them, or acknowledge this where the app itself checks its callers',
    );
  }
  const declaredOpen = declaredOpenButToken(deployed);
  if (declaredOpen.length > 0) {
    addWarning(
      scope, 'declaredOpenButProtected',
      `the app declares no \`security\` for ${operationList(declaredOpen)}, and API Gateway asks callers for a token. `
      + 'Make them public by an override with `authorizationType` NONE (REST) or `HttpNoneAuthorizer` (HTTP), or declare their `security` in the app',
    );
  }
}

/**
 * A document that declares `security` nowhere says nothing about who may call. IAM signatures are a layer
 * of their own that no FastAPI app declares, so they contradict nothing.
 */
function declaredOpenButToken(deployed: readonly DeployedOperation[]): FastApiOperation[] {
  if (!deployed.some(({ operation }) => isDeclaredProtected(operation))) return [];
  return deployed
    .filter(({ authorizationType }) => !['NONE', 'AWS_IAM'].includes(authorizationType))
    .map(({ operation }) => operation)
    .filter((operation) => !isDeclaredProtected(operation));
}

/** An empty requirement among others makes security optional. */
function isDeclaredProtected({ security }: FastApiOperation): boolean {
  return security.length > 0 && security.every((requirement) => Object.keys(requirement).length > 0);
}
