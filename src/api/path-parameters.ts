import { Token } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { Operation } from '../operations/operation';
import { describeOperation } from '../operations/operation-keys';
import { FastApiError } from '../private/errors';

/** A place where an override names a path parameter. */
interface Mention {
  readonly property: string;
  /** The whole text, for example `method.request.path.item_id`. */
  readonly reference: string;
  readonly name: string;
}

/**
 * Refuses a path parameter in the override of a REST method that the route does not have. Parameters that share a place
 * in several paths have one name in API Gateway, which may not be the app's.
 */
export function validateMethodParameters(operation: Operation, method: apigateway.Method): void {
  const { requestParameters, integration } = method.node.defaultChild as apigateway.CfnMethod;
  const texts = [...Object.keys(plain(requestParameters)), ...Object.values(plain(plain(integration).requestParameters))];
  validate(operation, texts.flatMap((text) => mentions('requestParameters', text, /^method\.request\.path\.(.+)$/g)));
}

/** The same for a route of an HTTP API, whose integration may also name parameters in its URL. */
export function validateRouteParameters(operation: Operation, { requestParameters, integrationUri }: apigatewayv2.CfnIntegration): void {
  validate(operation, [
    ...Object.values(plain(requestParameters)).flatMap((text) => mentions('parameterMapping', text, /\$request\.path\.([\w.-]+)/g)),
    ...mentions('url', integrationUri, /(?<!\$)\{([\w.:-]+)\+?\}/g),
  ]);
}

function mentions(property: string, text: unknown, pattern: RegExp): Mention[] {
  return typeof text === 'string' ? [...text.matchAll(pattern)].map(([reference, name]) => ({ property, reference, name })) : [];
}

function validate(operation: Operation, found: readonly Mention[]): void {
  const known = new Set(operation.parts.flatMap((part) => /^\{(.+?)\+?\}$/.exec(part)?.[1] ?? []));
  for (const { property, reference, name } of found) {
    if (known.has(name)) continue;
    const unified = operation.parameterNames.get(name);
    const names = [...known].map((parameter) => `\`${parameter}\``).join(', ');
    throw new FastApiError(
      `\`${property}\` of ${describeOperation(operation)} must name a path parameter of its route ${operation.routePath}, got: ${reference}; `
      + (unified !== undefined ? `write ${reference.replace(name, unified)}, as the parameter is called in the routes that share it` : `it has ${names || 'none'}`),
    );
  }
}

/** The members of a value that is no token. */
function plain(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Token.isUnresolved(value) ? value as Record<string, unknown> : {};
}
