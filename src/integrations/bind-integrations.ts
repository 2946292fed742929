import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { BuilderCore } from './builder-core';
import type { ApiIntegration, IntegrationType } from './integration-type';
import { type Binding, InvokedFunctions } from './invoked-functions';
import { type ResolvedIntegration, resolveIntegrations, resolveMade } from './resolve-integrations';
import type { FastApiApp } from '../app/fast-api-app';
import { allocateFunctions } from '../functions/function-allocation';
import type { IntegrationPattern } from '../functions/integration-pattern';
import type { OperationDescriptor } from '../functions/operation-descriptor';
import type { OperationGroups } from '../functions/operation-groups';
import { layOutStacks } from '../functions/stack-layout';
import { streamingOptions } from '../functions/streaming-function';
import type { Operation } from '../operations/operation';
import type { Operations } from '../operations/operations';
import { FastApiError } from '../private/errors';

/** Input of `bindIntegrations`. */
export interface BindIntegrationsProps<I extends ApiIntegration> {
  /** The API's construct: functions are made under `Functions` in it. */
  readonly scope: Construct;
  readonly app: FastApiApp;
  /** The operations that the API serves. */
  readonly operations: Operations;
  /** The prop of the API; without it the app answers every operation. */
  readonly integrations?: Record<string, I>;
  /** The prop of the API, not together with `integrations`. */
  readonly pattern?: IntegrationPattern;
  /** The prop of the API, not together with `integrations`. */
  readonly groups?: OperationGroups;
  /** The prop of the API, not together with `integrations`. */
  readonly functionOptions?: lambda.FunctionOptions;
  /** Variables of every function; the user's `environment` wins over them. */
  readonly environment?: Record<string, string>;
  /** The prop of the API. */
  readonly functionStacks?: number;
  /** Whether the API has a catch-all route. */
  readonly catchAll?: boolean;
  /** The user's own layer with the Lambda Web Adapter, for functions that stream. */
  readonly adapterLayerArn?: string;
}

/** The integration of the catch-all route, and its function. */
export interface BoundCatchAll<I extends ApiIntegration> {
  readonly integration: I['integration'];
  /** None where the user's own router is no function of this program. */
  readonly handler: lambda.Function | undefined;
}

/** Result of `bindIntegrations`. */
export interface BoundIntegrations<I extends ApiIntegration, B, A> {
  /** The integration of each operation and the options of its route, in the order of the document. */
  readonly byOperation: ReadonlyMap<Operation, { readonly integration: B; readonly options: I['options'] }>;
  /** The function that answers all operations in the shared pattern: made from the app, or the user's own. */
  readonly router: lambda.Function | undefined;
  /** The integration of the catch-all route, if the API has that route. */
  readonly catchAll: BoundCatchAll<I> | undefined;
  /** The options of a function that serves many operations, and of one that has none of its own. */
  readonly defaultOptions: lambda.FunctionOptions;
  /** The functions made from the app, in the order of their operations. */
  readonly functions: readonly lambda.Function[];
  /** The functions made from the app that stream. */
  readonly streamingFunctions: readonly lambda.Function[];
  /** Returns the function if it was made from the app, else `undefined`: the user's own router does not read the shim's variables. */
  madeFromApp(handler: lambda.Function | undefined): lambda.Function | undefined;
  /** Lets the API invoke its functions: one permission for each function, the user's own router included. Call it once. */
  grantApiInvoke(api: A): void;
}

/** Checks the integrations, then creates the functions that they need, and returns integrations with these functions. */
export function bindIntegrations<I extends ApiIntegration, B extends object, A>(
  binding: Binding<I, B, A>, props: BindIntegrationsProps<I>,
): BoundIntegrations<I, B, A> {
  const { app, operations, scope, environment = {} } = props;
  const resolved = resolveFactories(binding.type, props, resolveIntegrations(binding.type, app, operations, integrationsOf(binding.type, props)));
  const descriptors = new Map<Operation, OperationDescriptor<I>>();
  for (const [operation, value] of resolved) if (value.descriptor) descriptors.set(operation, value.descriptor);
  const allocations = allocateFunctions(descriptors, props.catchAll ?? false, binding.streams);
  const layout = layOutStacks(scope, allocations, props.functionStacks);
  const streaming = allocations.streaming ? streamingOptions(scope, app, props.adapterLayerArn) : undefined;

  const functions = new InvokedFunctions(binding, { scope, app, environment, defaultOptions: allocations.defaultOptions, streaming, layout });
  const byOperation = new Map([...resolved].map(([operation, { own }]) => {
    const allocation = allocations.allocations.get(operation);
    const { options } = own;
    if (!allocation) return [operation, { integration: withExtras(binding.bind(operation, own.integration), own), options }];
    const { integration, handler, pattern } = functions.of(allocation);
    return [operation, { integration: binding.bind(operation, integration, handler, pattern), options }];
  }));
  const catchAll = allocations.catchAll && functions.of(allocations.catchAll);
  return {
    byOperation,
    router: functions.router,
    catchAll: catchAll && { integration: catchAll.integration, handler: catchAll.handler },
    defaultOptions: allocations.defaultOptions,
    functions: functions.made,
    madeFromApp: (handler) => functions.made.find((made) => made === handler),
    streamingFunctions: functions.streaming,
    grantApiInvoke: (api) => functions.grantApiInvoke(api),
  };
}

function integrationsOf<I extends ApiIntegration>(type: IntegrationType<I>, props: BindIntegrationsProps<I>): Record<string, I> {
  const { app, operations, integrations, pattern, groups, functionOptions } = props;
  if (!integrations) {
    const core = BuilderCore.of(type, app, { pattern, groups }, operations);
    return (functionOptions ? core.withDefaultOptions(functionOptions) : core).toIntegrations();
  }
  for (const [property, value] of Object.entries({ pattern, groups })) {
    if (value === undefined) continue;
    throw new FastApiError(`\`${property}\` cannot stand beside \`integrations\`, which say it themselves, got: both; give it to \`defaultIntegrations(…)\``);
  }
  if (functionOptions !== undefined) {
    throw new FastApiError('`functionOptions` cannot stand beside `integrations`, got: both; give them to the builder with `withDefaultOptions`');
  }
  return integrations;
}

/** Calls the factory for each operation that is not overridden. */
function resolveFactories<I extends ApiIntegration>(
  type: IntegrationType<I>, { app }: BindIntegrationsProps<I>, resolved: Map<Operation, ResolvedIntegration<I>>,
): Map<Operation, ResolvedIntegration<I>> {
  return new Map([...resolved].map(([operation, integration]) => {
    const factory = operation.catchAll ? undefined : integration.descriptor?.factory;
    return [operation, factory ? resolveMade(type, app, operation, factory.bind(operation)) : integration];
  }));
}

/** Copies additional members of an override to the bound integration, so that TypeScript can read `api.integrations.getFile.bucket`. */
function withExtras<B extends object>(bound: B, override: ApiIntegration): B {
  const { integration: _integration, options: _options, pattern: _pattern, ...extras } = override;
  for (const [name, value] of Object.entries(extras)) {
    if (name === 'operation') continue;
    Object.defineProperty(bound, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return bound;
}
