import { Token } from 'aws-cdk-lib';
import type { Operation } from '../operations/operation';
import { describeOperation } from '../operations/operation-keys';
import { FastApiError } from '../private/errors';

/** A place where an override names a path parameter. */
export interface Mention {
  readonly property: string;
  /** The whole text, for example `method.request.path.item_id`. */
  readonly reference: string;
  readonly name: string;
}

/** The path parameters that a text names. */
export function mentions(property: string, text: unknown, pattern: RegExp): Mention[] {
  return typeof text === 'string' ? [...text.matchAll(pattern)].map(([reference, name]) => ({ property, reference, name })) : [];
}

/** Refuses names that the route does not have. Parameters at one position of several paths share a name in API Gateway, which may differ from the app's. */
export function validateMentions(operation: Operation, found: readonly Mention[]): void {
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

/** The members of an object; an empty object for a token or any other value. */
export function plain(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Token.isUnresolved(value) ? value as Record<string, unknown> : {};
}
