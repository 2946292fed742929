import { isDeepStrictEqual } from 'util';
import type { IntegrationPattern } from '../functions/integration-pattern';
import type { OperationDescriptor } from '../functions/operation-descriptor';
import type { ApiType } from '../operations/api-type';
import { mapsMayBeThinned } from '../private/caller';
import { FastApiError } from '../private/errors';

/** What answers one operation of an API of any type. */
export interface ApiIntegration {
  readonly integration: object;
  readonly options?: object;
  readonly pattern?: IntegrationPattern;
}

/** What is different between the integrations of the types of APIs, as far as builders and binding are concerned. */
export interface IntegrationType<I extends ApiIntegration> {
  /** By which rules routes are assigned. */
  readonly apiType: ApiType;
  /** Name of the struct that a map holds. */
  readonly struct: string;
  /** Name of its builder. */
  readonly builder: string;
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
  /** An integration with its options in an object that comes back from every language as it is. */
  carry(value: I): I;
  /** What `carry` has been given; none for everything else. */
  carried(value: I): I | undefined;
}

/**
 * Why a value cannot stand in a map of integrations; nothing where it can. The compiler says the same to
 * TypeScript; jsii lets a plain dict pass, and the two kinds of integration resemble one another.
 *
 * Integrations are told apart by their methods, not by class: the program may hold a second copy of the CDK.
 */
export function integrationProblem<I extends ApiIntegration>(type: IntegrationType<I>, value: unknown): string | undefined {
  const integration = memberOf(value, 'integration');
  if (typeof value !== 'object' || value === null || integration === undefined || integration === null) {
    return typeof memberOf(value, 'bind') === 'function'
      ? `must be a \`${type.struct}\`, got: an integration itself; write \`{ integration: … }\`, in Python and Java a \`${type.struct}\``
      : `must be a \`${type.struct}\` with an \`integration\`, got: ${what(value)}; in Python use \`${type.struct}(integration=…)\`, not a dict`;
  }
  if (typeof memberOf(integration, 'bind') !== 'function') {
    return `must have an integration of ${type.module}, got: ${what(integration)}`;
  }
  return type.accepts(integration) ? undefined : `must have an integration of ${type.module}, got: ${type.otherIntegration}`;
}

/**
 * An integration as the program meant it, from a map or a factory, where members can be lost without a trace.
 *
 * @returns why it cannot be taken, or the integration
 */
export function received<I extends ApiIntegration>(type: IntegrationType<I>, value: unknown): string | I {
  const problem = integrationProblem(type, value);
  if (problem !== undefined) return problem;
  const integration = value as I; // looked at by `integrationProblem`
  const { options } = integration;
  const carried = type.carried(integration);
  // Of a struct that went to Python and back, everything is there, and is what it was; in another one somebody meant other options.
  if (carried !== undefined && isDeepStrictEqual(options, carried.options)) return carried;
  if (options === undefined || options === null || !mapsMayBeThinned()) return integration;
  const names = Object.keys(options).map((name) => `\`${name}\``).join(', ') || 'nothing that could be read';
  return `must have no \`options\` here, since of a dict jsii may have dropped some without a word, got: ${names}; `
    + `say \`with_override(name, integration=…, options=…)\` on the builder, or make the value with \`${type.builder}.describe(integration=…, options=…)\``;
}

/** What a builder gives for an override: where a struct would come back as a copy, something that comes back whole. */
export function given<I extends ApiIntegration>(type: IntegrationType<I>, value: I): I {
  return mapsMayBeThinned() && value.options ? type.carry(type.carried(value) ?? value) : { ...value };
}

/** The same; refuses what cannot be taken. */
export function receivedOrRefused<I extends ApiIntegration>(type: IntegrationType<I>, subject: string, value: unknown): I {
  const integration = received(type, value);
  if (typeof integration === 'string') throw new FastApiError(`${subject} ${integration}`);
  return integration;
}

/** An integration that was given alone, so that every member of it was checked on its way here. */
export function checkIntegration<I extends ApiIntegration>(type: IntegrationType<I>, subject: string, value: unknown): void {
  const problem = integrationProblem(type, value);
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
