import { Token } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { describeOperation } from '../integrations/operation-keys';
import type { Operation } from '../operations/operation';
import { FastApiError } from '../private/errors';

const PATH_PARAMETER = /^method\.request\.path\.(.+)$/;

/**
 * Refuses a path parameter in an override that the route does not have. Parameters that share a place
 * in several paths have one name in API Gateway, which may not be the app's.
 */
export function validatePathParameters(operation: Operation, method: apigateway.Method): void {
  const { requestParameters, integration } = method.node.defaultChild as apigateway.CfnMethod;
  const mapped = plain(plain(integration).requestParameters);
  const known = new Set(operation.parts.flatMap((part) => /^\{(.+?)\+?\}$/.exec(part)?.[1] ?? []));
  for (const reference of [...Object.keys(plain(requestParameters)), ...Object.values(mapped)]) {
    const [, name] = typeof reference === 'string' ? PATH_PARAMETER.exec(reference) ?? [] : [];
    if (name === undefined || known.has(name)) continue;
    const unified = operation.parameterNames.get(name);
    const names = [...known].map((parameter) => `\`${parameter}\``).join(', ');
    throw new FastApiError(
      `\`requestParameters\` of ${describeOperation(operation)} must name a path parameter of its route ${operation.routePath}, got: ${reference}; `
      + (unified !== undefined ? `write method.request.path.${unified}, as the parameter is called in the routes that share it` : `it has ${names || 'none'}`),
    );
  }
}

/** The members of a value that is no token. */
function plain(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Token.isUnresolved(value) ? value as Record<string, unknown> : {};
}
