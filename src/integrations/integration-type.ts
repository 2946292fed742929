import { isDeepStrictEqual } from 'util';
import type { IntegrationPattern } from '../functions/integration-pattern';
import type { OperationDescriptor } from '../functions/operation-descriptor';
import type { ApiType } from '../operations/api-type';
import { mapsMayBeThinned } from '../private/caller';
import { FastApiError } from '../private/errors';

/** The integration of one operation of a REST or HTTP API. */
export interface ApiIntegration {
  readonly integration: object;
  readonly options?: object;
  readonly pattern?: IntegrationPattern;
}

/** The differences between the integrations of REST and HTTP APIs that builders and binding need. */
export interface IntegrationType<I extends ApiIntegration> {
  /** The type of API, which decides the rules for routes. */
  readonly apiType: ApiType;
  /** Name of the struct that a map holds. */
  readonly struct: string;
  /** Name of its builder. */
  readonly builder: string;
  /** Name of the construct that takes the map. */
  readonly construct: string;
  /** The CDK module with integrations of this type. */
  readonly module: string;
  /** Description of an integration of the other type, for error messages. */
  readonly otherIntegration: string;
  /** Whether an integration of the CDK is for APIs of this type. */
  accepts(integration: unknown): boolean;
  /** Puts the descriptor of an operation into an integration that can stand in a map. */
  describe(descriptor: OperationDescriptor<I>): I;
  /** The descriptor in an integration; `undefined` if the integration is the user's own. */
  descriptor(value: I): OperationDescriptor<I> | undefined;
  /** Wraps an integration and its options in an object that jsii passes by reference. */
  carry(value: I): I;
  /** The integration that `carry` wrapped; `undefined` if the value was not made by `carry`. */
  carried(value: I): I | undefined;
}

/**
 * The reason why a value cannot be in a map of integrations; `undefined` if it can. Needed for other languages than
 * TypeScript: jsii accepts a plain dict, and REST and HTTP integrations have similar members.
 *
 * Integrations are recognized by their methods instead of their class, because the program may load a second copy of the CDK.
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
 * An integration from a map or a factory, where jsii may have dropped members silently.
 *
 * @returns the integration, or the reason (a string) why it cannot be used
 */
export function received<I extends ApiIntegration>(type: IntegrationType<I>, value: unknown): string | I {
  const problem = integrationProblem(type, value);
  if (problem !== undefined) return problem;
  const integration = value as I; // looked at by `integrationProblem`
  const { options } = integration;
  const carried = type.carried(integration);
  // Equal options mean that the struct went to Python and back unchanged. Otherwise the program has given other options.
  if (carried !== undefined && isDeepStrictEqual(options, carried.options)) return carried;
  if (options === undefined || options === null || !mapsMayBeThinned()) return integration;
  const names = Object.keys(options).map((name) => `\`${name}\``).join(', ') || 'nothing that could be read';
  return `must have no \`options\` here, since of a dict jsii may have dropped some without a word, got: ${names}; `
    + `say \`with_override(name, integration=…, options=…)\` on the builder, or make the value with \`${type.builder}.describe(integration=…, options=…)\``;
}

/** The integration that a builder returns for an override: wrapped by `carry` if jsii could drop its options, else a copy. */
export function given<I extends ApiIntegration>(type: IntegrationType<I>, value: I): I {
  return mapsMayBeThinned() && value.options ? type.carry(type.carried(value) ?? value) : { ...value };
}

/** As `received`, but throws if the value cannot be used. */
export function receivedOrRefused<I extends ApiIntegration>(type: IntegrationType<I>, subject: string, value: unknown): I {
  const integration = received(type, value);
  if (typeof integration === 'string') throw new FastApiError(`${subject} ${integration}`);
  return integration;
}

/** Throws if a single integration, not in a map, cannot be used. jsii has checked its members, so none was dropped. */
export function checkIntegration<I extends ApiIntegration>(type: IntegrationType<I>, subject: string, value: unknown): void {
  const problem = integrationProblem(type, value);
  if (problem) throw new FastApiError(`${subject} ${problem}`);
}

function memberOf(value: unknown, name: string): unknown {
  // The value comes from the user's program, perhaps in another language, and may be of any type.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function what(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value !== 'object') return typeof value;
  const members = Object.keys(value);
  return members.length === 0 ? 'an object without members' : `an object with ${members.slice(0, 5).map((member) => `\`${member}\``).join(', ')}`;
}
