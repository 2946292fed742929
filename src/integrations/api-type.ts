import type { IntegrationPattern } from '../functions/integration-pattern';
import type { OperationDescriptor } from '../functions/operation-descriptor';
import type { RouteKind } from '../operations/route-kind';
import { FastApiError } from '../private/errors';

/** What answers one operation of an API of any type. */
export interface ApiIntegration {
  readonly integration: object;
  readonly options?: object;
  readonly pattern?: IntegrationPattern;
}

/** What is different between the integrations of the types of APIs, as far as builders and binding are concerned. */
export interface ApiType<I extends ApiIntegration> {
  /** By which rules routes are assigned. */
  readonly kind: RouteKind;
  /** Name of the struct that a map holds. */
  readonly struct: string;
  /** Name of the struct of its `options`. */
  readonly optionsStruct: string;
  /** Name of the construct that takes the map. */
  readonly construct: string;
  /** Where CDK has integrations of this type. */
  readonly module: string;
  /** What an integration that is not accepted is, as an error says it. */
  readonly otherIntegration: string;
  /** Whether an integration of the CDK is for APIs of this type. */
  accepts(integration: unknown): boolean;
  /** Puts the descriptor of an operation into an integration that can stand in a map. */
  describe(descriptor: OperationDescriptor<I>): I;
  /** The descriptor in an integration; none where it is the user's own. */
  descriptor(value: I): OperationDescriptor<I> | undefined;
}

/**
 * Why a value cannot stand in a map of integrations; nothing where it can. The compiler says the same to
 * TypeScript; jsii lets a plain dict pass, and the two kinds of integration resemble one another.
 *
 * Integrations are told apart by their methods, not by class: the program may hold a second copy of the CDK.
 */
export function integrationProblem<I extends ApiIntegration>(kind: ApiType<I>, value: unknown): string | undefined {
  const integration = memberOf(value, 'integration');
  if (typeof value !== 'object' || value === null || integration === undefined || integration === null) {
    return typeof memberOf(value, 'bind') === 'function'
      ? `must be a \`${kind.struct}\`, got: an integration itself; write \`{ integration: … }\`, in Python and Java a \`${kind.struct}\``
      : `must be a \`${kind.struct}\` with an \`integration\`, got: ${what(value)}; in Python use \`${kind.struct}(integration=…)\`, not a dict`;
  }
  if (typeof memberOf(integration, 'bind') !== 'function') {
    return `must have an integration of ${kind.module}, got: ${what(integration)}`;
  }
  return kind.accepts(integration) ? emptyOptionsProblem(kind.optionsStruct, memberOf(value, 'options'))
    : `must have an integration of ${kind.module}, got: ${kind.otherIntegration}`;
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
export function checkIntegration<I extends ApiIntegration>(kind: ApiType<I>, subject: string, value: unknown): void {
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
