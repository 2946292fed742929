import type { Construct } from 'constructs';
import { operationList } from './operation-list';
import type { FastApiOperation } from '../operations/fast-api-operation';
import { addInfo, addWarning } from '../private/messages';

/** An operation and the authorization type of its deployed method or route: `NONE`, `AWS_IAM`, or the type of an authorizer. */
export interface DeployedOperation {
  readonly operation: FastApiOperation;
  readonly authorizationType: string;
}

/**
 * Lists the public operations of an API at synth, and compares the `security` in the app's document with the
 * deployed authorization. Every message can be acknowledged.
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
 * Operations without `security` in the document whose authorizer asks for a token. Empty if the document declares no
 * `security` at all. IAM is ignored, because FastAPI apps do not declare it.
 */
function declaredOpenButToken(deployed: readonly DeployedOperation[]): FastApiOperation[] {
  if (!deployed.some(({ operation }) => isDeclaredProtected(operation))) return [];
  return deployed
    .filter(({ authorizationType }) => !['NONE', 'AWS_IAM'].includes(authorizationType))
    .map(({ operation }) => operation)
    .filter((operation) => !isDeclaredProtected(operation));
}

/** Whether the document demands security. An empty requirement among others makes it optional. */
function isDeclaredProtected({ security }: FastApiOperation): boolean {
  return security.length > 0 && security.every((requirement) => Object.keys(requirement).length > 0);
}
