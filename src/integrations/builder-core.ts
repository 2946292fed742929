import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { DefaultIntegrationsOptions } from './default-integrations-options';
import { validateExpectedOperationsOfEither } from './expected-operations';
import { type ApiIntegration, type IntegrationType, checkIntegration, given, receivedOrRefused } from './integration-type';
import type { FastApiApp } from '../app/fast-api-app';
import { checkFunctionOptions, mergeFunctionOptions } from '../functions/function-options';
import { IntegrationPattern } from '../functions/integration-pattern';
import type { IntegrationFactory } from '../functions/operation-descriptor';
import type { OperationGroups } from '../functions/operation-groups';
import type { Operation } from '../operations/operation';
import { describeOperation, operationKeys } from '../operations/operation-keys';
import type { Operations } from '../operations/operations';
import { checkStruct } from '../private/check-struct';
import { FastApiError } from '../private/errors';
import { printable } from '../private/printable';

/** Where the options of `defaultIntegrations` are declared. */
const OPTIONS = [
  { file: 'integrations/default-integrations-options' }, { file: 'rest-api/default-integrations-options' }, { file: 'http-api/default-integrations-options' },
] as const;

/** The settings of a builder. Keys of the maps are qualified names. */
interface BuilderState<I extends ApiIntegration> {
  readonly pattern: IntegrationPattern;
  readonly router?: lambda.IFunction;
  readonly factory?: IntegrationFactory<I>;
  readonly defaultOptions: lambda.FunctionOptions;
  readonly operationOptions: ReadonlyMap<string, lambda.FunctionOptions>;
  readonly groups?: OperationGroups;
  /** By the name of the group. */
  readonly groupOptions: ReadonlyMap<string, lambda.FunctionOptions>;
  readonly overrides: ReadonlyMap<string, I>;
}

/** The immutable core of both builders. It specifies the integration of each operation before any construct exists. */
export class BuilderCore<I extends ApiIntegration> {
  /**
   * The core that `defaultIntegrations` starts from.
   *
   * @param operations the operations of the API, if the API is known already
   */
  public static of<I extends ApiIntegration>(
    type: IntegrationType<I>, app: FastApiApp, options: DefaultIntegrationsOptions & { readonly factory?: IntegrationFactory<I> } = {},
    operations?: Operations,
  ): BuilderCore<I> {
    checkStruct(options, { subject: '`defaultIntegrations`', sources: OPTIONS, enums: { IntegrationPattern } });
    const { pattern, groups, router, factory } = options;
    checkGrouping(pattern, groups, { router, factory });
    if (router && factory) {
      throw new FastApiError('`router` and `factory` both say what answers every operation, got: both; give one of them');
    }
    if (router && pattern !== undefined && pattern !== IntegrationPattern.SHARED) {
      throw new FastApiError(`\`pattern\` must be SHARED with a \`router\`, which answers every operation, got: ${pattern.toUpperCase()}; leave \`pattern\` out`);
    }
    if (factory && pattern !== undefined) {
      throw new FastApiError(`\`pattern\` cannot stand beside \`factory\`, which makes the integrations, got: ${pattern.toUpperCase()}; leave \`pattern\` out`);
    }
    if (options.expectedOperations !== undefined) {
      validateExpectedOperationsOfEither([false, true].map((catchAll) => app._operationsFor(type.apiType, catchAll)), options.expectedOperations);
    }
    return new BuilderCore(type, app, operations, {
      pattern: pattern ?? (router ? IntegrationPattern.SHARED : groups ? IntegrationPattern.GROUPED : IntegrationPattern.ISOLATED),
      router,
      factory,
      defaultOptions: {},
      operationOptions: new Map(),
      groups,
      groupOptions: new Map(),
      overrides: new Map(),
    });
  }

  private constructor(
    private readonly type: IntegrationType<I>,
    private readonly app: FastApiApp,
    private readonly apiOperations: Operations | undefined,
    private readonly state: BuilderState<I>,
  ) {}

  /** The core with more options for the functions of all operations. */
  public withDefaultOptions(options: lambda.FunctionOptions): BuilderCore<I> {
    this.requireOwnFunctions('withDefaultOptions');
    return this.with({ defaultOptions: mergeFunctionOptions(this.state.defaultOptions, options) });
  }

  /** The core with more options for the function of one operation. */
  public withOperationOptions(name: string, options: lambda.FunctionOptions): BuilderCore<I> {
    this.requireOwnFunctions('withOperationOptions');
    const operation = this.operations.find(name);
    if (this.state.pattern === IntegrationPattern.SHARED) {
      throw new FastApiError(
        `\`withOperationOptions\` needs a function per operation, got: ${describeOperation(operation)} in the SHARED pattern; `
        + 'use `withDefaultOptions`, or the ISOLATED pattern',
      );
    }
    const key = operation.qualifiedName;
    const group = this.groupNames().get(operation);
    if (group !== undefined) {
      throw new FastApiError(
        `\`withOperationOptions\` needs a function per operation, got: ${describeOperation(operation)} in the group ${printable(`\`${group}\``, 300)}; `
        + 'use `withGroupOptions`, or leave the operation out of the group',
      );
    }
    if (this.state.overrides.has(key)) throw overridden(operation);
    const operationOptions = new Map(this.state.operationOptions);
    operationOptions.set(key, mergeFunctionOptions(operationOptions.get(key) ?? {}, options));
    return this.with({ operationOptions });
  }

  /** The core with another integration for one operation. */
  public withOverride(name: string, integration: I): BuilderCore<I> {
    const operation = this.operations.find(name);
    checkIntegration(this.type, `\`withOverride\`: ${describeOperation(operation)}`, integration);
    return this.overriding(new Map([[operation, this.type.carried(integration) ?? integration]]));
  }

  /** The core with more options for the function of one group. */
  public withGroupOptions(group: string, options: lambda.FunctionOptions): BuilderCore<I> {
    this.requireOwnFunctions('withGroupOptions');
    const names = [...new Set(this.groupNames().values())];
    if (!names.includes(group)) {
      throw new FastApiError(
        `\`withGroupOptions\` must name a group of \`groups\`, got: ${printable(group, 300)}; `
        + (names.length > 0 ? `the groups are ${printable(names.map((name) => `\`${name}\``).join(', '), 2000)}` : 'there are none'),
      );
    }
    const groupOptions = new Map(this.state.groupOptions);
    groupOptions.set(group, mergeFunctionOptions(groupOptions.get(group) ?? {}, options));
    return this.with({ groupOptions });
  }

  /** The core with other integrations for some operations; an undefined value changes nothing. */
  public withOverrides(overrides: Record<string, I>): BuilderCore<I> {
    const named = new Map<Operation, string>();
    const integrations = new Map<Operation, I>();
    for (const [name, value] of Object.entries(overrides)) {
      if (value === undefined || value === null) continue;
      const operation = this.operations.find(name);
      integrations.set(operation, receivedOrRefused(this.type, `\`withOverrides\`: ${describeOperation(operation)}`, value));
      if (named.has(operation)) {
        throw new FastApiError(`\`withOverrides\` must name ${describeOperation(operation)} once, got: ${printable(`\`${named.get(operation)}\` and \`${name}\``, 300)}`);
      }
      named.set(operation, name);
    }
    return this.overriding(integrations);
  }

  /** The integration of each operation of the app, by the operation's name, or its qualified name if others share the name. */
  public toIntegrations(): Record<string, I> {
    const { router, factory, defaultOptions, operationOptions, overrides } = this.state;
    checkFunctionOptions(this.app, defaultOptions, 'every function');
    const groups = this.groupNames();
    const ofGroups = this.optionsOfGroups(groups);
    // Built from entries, because an operation may be called `constructor` or `__proto__`.
    return Object.fromEntries([...operationKeys(this.operations)].map(([operation, name]) => {
      const key = operation.qualifiedName;
      const override = overrides.get(key);
      if (override) return [name, given(this.type, override)];
      const group = groups.get(operation);
      const own = operationOptions.get(key);
      const options = (group === undefined ? undefined : ofGroups.get(group)) ?? (own ? mergeFunctionOptions(defaultOptions, own) : defaultOptions);
      checkFunctionOptions(this.app, options, describeOperation(operation));
      return [name, this.type.describe({
        app: this.app, operation: key, pattern: this.patternOf(group), router, factory, defaultOptions, group, options,
      })];
    }));
  }

  /** The group of each operation that is in one. */
  private groupNames(): ReadonlyMap<Operation, string> {
    return this.state.groups?._assign(this.operations) ?? new Map();
  }

  /** One options object for each group. The API compares these objects to check that a group's operations come from one builder. */
  private optionsOfGroups(groups: ReadonlyMap<Operation, string>): Map<string, lambda.FunctionOptions> {
    const { defaultOptions, groupOptions } = this.state;
    return new Map([...new Set(groups.values())].map((group) => [group, mergeFunctionOptions(defaultOptions, groupOptions.get(group) ?? {})]));
  }

  /** The pattern of an operation: an operation in no group has a function of its own. */
  private patternOf(group: string | undefined): IntegrationPattern {
    const { pattern } = this.state;
    return pattern === IntegrationPattern.GROUPED && group === undefined ? IntegrationPattern.ISOLATED : pattern;
  }

  /** The operations of the API if it is known, else those of an API with a catch-all route, for which no path is refused. */
  private get operations(): Operations {
    return this.apiOperations ?? this.app._operationsFor(this.type.apiType, true);
  }

  private overriding(integrations: ReadonlyMap<Operation, I>): BuilderCore<I> {
    const overrides = new Map(this.state.overrides);
    for (const [operation, value] of integrations) {
      // An override with the app's own function, which only changes the options of the route, keeps the operation's function options.
      if (this.state.operationOptions.has(operation.qualifiedName) && !this.type.descriptor(value)) throw overridden(operation);
      overrides.set(operation.qualifiedName, { ...value });
    }
    return this.with({ overrides });
  }

  private with(change: Partial<BuilderState<I>>): BuilderCore<I> {
    return new BuilderCore(this.type, this.app, this.apiOperations, { ...this.state, ...change });
  }

  private requireOwnFunctions(step: string): void {
    const other = this.state.router ? 'router' : this.state.factory ? 'factory' : undefined;
    if (other) {
      throw new FastApiError(`\`${step}\` needs functions made from the app, got: a \`${other}\`; set the options on the functions that it brings`);
    }
  }
}

function overridden(operation: Operation): FastApiError {
  return new FastApiError(
    `\`withOperationOptions\` needs a function made from the app, got: ${describeOperation(operation)}, which an override answers otherwise; `
    + 'leave one of the two out',
  );
}

function checkGrouping(
  pattern: IntegrationPattern | undefined, groups: OperationGroups | undefined, others: { readonly router?: object; readonly factory?: object },
): void {
  if (groups === undefined) {
    if (pattern !== IntegrationPattern.GROUPED) return;
    throw new FastApiError('`pattern` GROUPED needs `groups`, which say what is grouped, got: none; give `groups: OperationGroups.byTag()`, `.byRouter()` or `.of(…)`');
  }
  const other = Object.entries(others).find(([, value]) => value !== undefined)?.[0];
  if (other !== undefined) {
    throw new FastApiError(`\`groups\` cannot stand beside \`${other}\`, which says what answers every operation, got: both; leave one of them out`);
  }
  if (pattern !== undefined && pattern !== IntegrationPattern.GROUPED) {
    throw new FastApiError(`\`pattern\` must be GROUPED with \`groups\`, got: ${pattern.toUpperCase()}; leave \`pattern\` out`);
  }
}
