import type { HttpApiIntegration } from './http-api-integration';
import { HttpOperationFunctionIntegration, OperationFunctionIntegration } from './operation-function-integration';
import type { RestApiIntegration } from './rest-api-integration';
import type { OperationDescriptor } from '../functions/operation-descriptor';
import { FastApiError } from '../private/errors';

/** What answers one operation of an API of either kind. */
export type ApiIntegration = RestApiIntegration | HttpApiIntegration;

/** What is different between the integrations of REST and of HTTP APIs, as far as builders and binding are concerned. */
export interface IntegrationKind<I extends ApiIntegration> {
  readonly kind: 'rest' | 'http';
  /** Name of the struct that a map holds. */
  readonly struct: string;
  /** Name of the struct of its `options`. */
  readonly optionsStruct: string;
  /** Name of the construct that takes the map. */
  readonly construct: string;
  /** Where CDK has integrations of this kind. */
  readonly module: string;
  /** Puts a planned operation into an integration that can stand in a map. */
  describe(descriptor: OperationDescriptor<I>): I;
  /** The planned operation in an integration; none where it is the user's own. */
  planned(value: I): OperationDescriptor<I> | undefined;
}

export const REST: IntegrationKind<RestApiIntegration> = {
  kind: 'rest',
  struct: 'RestApiIntegration',
  optionsStruct: 'aws_apigateway.MethodOptions',
  construct: 'FastApiRestApi',
  module: 'aws-cdk-lib/aws-apigateway',
  describe: (planned) => ({ integration: new OperationFunctionIntegration(planned), pattern: planned.pattern }),
  planned: ({ integration }) => integration instanceof OperationFunctionIntegration ? integration.descriptor : undefined,
};

export const HTTP: IntegrationKind<HttpApiIntegration> = {
  kind: 'http',
  struct: 'HttpApiIntegration',
  optionsStruct: 'HttpApiRouteOptions',
  construct: 'FastApiHttpApi',
  module: 'aws-cdk-lib/aws-apigatewayv2-integrations',
  describe: (planned) => ({ integration: new HttpOperationFunctionIntegration(planned), pattern: planned.pattern }),
  planned: ({ integration }) => integration instanceof HttpOperationFunctionIntegration ? integration.descriptor : undefined,
};

/**
 * Why a value cannot stand in a map of integrations; nothing where it can. The compiler says the same to
 * TypeScript; jsii lets a plain dict pass, and the two kinds of integration resemble one another.
 *
 * Integrations are told apart by their methods, not by class: the program may hold a second copy of the CDK.
 */
export function integrationProblem<I extends ApiIntegration>(kind: IntegrationKind<I>, value: unknown): string | undefined {
  const integration = memberOf(value, 'integration');
  if (typeof value !== 'object' || value === null || integration === undefined || integration === null) {
    return typeof memberOf(value, 'bind') === 'function'
      ? `must be a \`${kind.struct}\`, got: an integration itself; write \`{ integration: … }\`, in Python and Java a \`${kind.struct}\``
      : `must be a \`${kind.struct}\` with an \`integration\`, got: ${what(value)}; in Python use \`${kind.struct}(integration=…)\`, not a dict`;
  }
  if (typeof memberOf(integration, 'bind') !== 'function') {
    return `must have an integration of ${kind.module}, got: ${what(integration)}`;
  }
  const got = typeof memberOf(integration, '_bindToRoute') === 'function' ? HTTP : REST;
  return got.kind === kind.kind ? emptyOptionsProblem(kind.optionsStruct, memberOf(value, 'options'))
    : `must have an integration of ${kind.module}, got: one of ${got.module}, which is for ${got.construct}`;
}

/**
 * A plain dict of Python, within a map, loses on its way through jsii every name that is not spelt as in TypeScript. Where
 * all are lost an empty object arrives, which no program in another language than TypeScript has reason to pass.
 *
 * @param struct what to write instead
 * @see https://github.com/aws/jsii/issues/1919
 */
function emptyOptionsProblem(struct: string, options: unknown): string | undefined {
  if (process.env.JSII_AGENT === undefined || typeof options !== 'object' || options === null || Object.keys(options).length > 0) return undefined;
  return `must have \`options\` that say something, got: none that could be read; in Python use \`${struct}(…)\`, not a dict, or leave \`options\` out`;
}

/** Refuses what is not an integration of this kind. */
export function checkIntegration<I extends ApiIntegration>(kind: IntegrationKind<I>, subject: string, value: unknown): void {
  const problem = integrationProblem(kind, value);
  if (problem) throw new FastApiError(`${subject} ${problem}`);
}

function memberOf(value: unknown, name: string): unknown {
  // Whatever a program in another language passed: looked at, not trusted.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function what(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value !== 'object') return typeof value;
  const members = Object.keys(value);
  return members.length === 0 ? 'an object without members' : `an object with ${members.slice(0, 5).map((member) => `\`${member}\``).join(', ')}`;
}
