import type { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ApiIntegration, IntegrationType } from './integration-type';
import { ApiFunctions, type ApiFunctionsProps } from '../functions/api-functions';
import { type FunctionAllocation, type GroupAllocation, hasOptions, isStreaming } from '../functions/function-allocation';
import { mergeFunctionOptions } from '../functions/function-options';
import type { Invocation } from '../functions/function-stack';
import { IntegrationPattern } from '../functions/integration-pattern';
import { isNested } from '../functions/stack-layout';
import { STREAMING_TIMEOUT } from '../functions/streaming-function';
import type { Operation } from '../operations/operation';

/** Ids of the functions that serve more than one operation. */
const IDS = { router: 'Router', streamingRouter: 'StreamingRouter', catchAll: 'CatchAll' } as const;

/** The pattern of each kind of function. */
const PATTERNS = {
  isolated: IntegrationPattern.ISOLATED,
  group: IntegrationPattern.GROUPED,
  router: IntegrationPattern.SHARED,
  streamingRouter: IntegrationPattern.SHARED,
  catchAll: IntegrationPattern.SHARED,
  given: IntegrationPattern.SHARED,
} as const;

/** The differences between REST and HTTP APIs when integrations are bound. */
export interface Binding<I extends ApiIntegration, B, A> {
  readonly type: IntegrationType<I>;
  /** Whether APIs of this kind can stream. */
  readonly streams: boolean;
  /**
   * The integration with a function.
   *
   * @param invocation what is invoked
   * @param handler the function behind it
   * @param timeout how long a stream may last; `undefined` if the response is buffered
   * @param sharedId construct id of a function that serves many operations; `undefined` if it serves one
   */
  integrate(invocation: Invocation, handler: lambda.IFunction, timeout?: Duration, sharedId?: string): I['integration'];
  bind(operation: Operation, integration: I['integration'], handler?: lambda.Function, pattern?: IntegrationPattern): B;
  /** The source ARN of a function's permission: requests of one operation, or of all if it is left out. */
  sourceArn(api: A, operation?: Operation): string;
}

/** A function and how the API invokes it. */
export interface InvokedFunction<I extends ApiIntegration> {
  readonly integration: I['integration'];
  /** None where the user's own router is no function of this program. */
  readonly handler: lambda.Function | undefined;
  readonly pattern: IntegrationPattern;
}

/** A permission to be added by `grantApiInvoke`. */
interface Permission {
  readonly invoked: lambda.IFunction;
  readonly scope: Construct;
  readonly id: string;
  /** The only operation that the function answers. */
  readonly operation?: Operation;
}

/** The functions of an API, each created when the first operation needs it. */
export class InvokedFunctions<I extends ApiIntegration, B, A> {
  /** The functions made from the app. */
  public readonly made: lambda.Function[] = [];

  /** The functions made from the app that stream. */
  public readonly streaming: lambda.Function[] = [];

  private readonly invoked = new Map<string | lambda.IFunction, InvokedFunction<I>>();
  private readonly permissions: Permission[] = [];
  private sharedRouter?: lambda.Function;
  private functions?: ApiFunctions;

  constructor(private readonly binding: Binding<I, B, A>, private readonly props: ApiFunctionsProps & { readonly scope: Construct }) {}

  /** The function that answers all operations in the shared pattern. */
  public get router(): lambda.Function | undefined {
    return this.sharedRouter;
  }

  /** The function that was chosen for an operation or for the catch-all route. */
  public of(allocation: FunctionAllocation): InvokedFunction<I> {
    if (allocation.kind === 'given') return this.once(allocation.router, () => this.give(allocation.router));
    const id = idOf(allocation);
    return this.once(id, () => this.make(id, allocation));
  }

  /** Adds one permission for each function. The permissions refer to the API, so call this after the API was created. */
  public grantApiInvoke(api: A): void {
    for (const { invoked: target, scope, id, operation } of this.permissions) {
      target.addPermission(id, {
        scope,
        principal: new iam.ServicePrincipal('apigateway.amazonaws.com'),
        sourceArn: this.binding.sourceArn(api, operation),
      });
    }
  }

  private make(id: string, allocation: FunctionAllocation): InvokedFunction<I> {
    const streams = isStreaming(allocation);
    const own = hasOptions(allocation) ? allocation.options : this.props.defaultOptions;
    const options = streams ? mergeFunctionOptions({ timeout: STREAMING_TIMEOUT }, own) : own;
    const { handler, invocation } = this.makeInLayout(id, allocation, options);
    this.made.push(handler);
    if (streams) this.streaming.push(handler);
    if (allocation.kind === 'router') this.sharedRouter = handler;
    return {
      integration: this.binding.integrate(invocation, handler, streams ? handler.timeout : undefined, allocation.kind === 'isolated' ? undefined : id),
      handler,
      pattern: PATTERNS[allocation.kind],
    };
  }

  /** Creates a function in the stack that the layout chooses, and lets the API invoke it by a role or a permission. */
  private makeInLayout(
    id: string, allocation: FunctionAllocation, options: lambda.FunctionOptions,
  ): { handler: lambda.Function; invocation: Invocation } {
    this.functions ??= new ApiFunctions(this.props.scope, 'Functions', this.props);
    const use = { guards: guardsOf(allocation), streams: isStreaming(allocation) };
    if (isNested(allocation, this.props.layout)) {
      const { operationFunction: { handler, invoked: target }, stack } = this.functions.addNested(id, options, use);
      return { handler, invocation: stack.invoke(id, target) };
    }
    const made = this.functions.add(id, options, use);
    this.permissions.push({ invoked: made.invoked, scope: made, id: 'Permission', operation: allocation.kind === 'isolated' ? allocation.operation : undefined });
    return { handler: made.handler, invocation: made.invoked };
  }

  private give(router: lambda.IFunction): InvokedFunction<I> {
    const handler = router instanceof lambda.Function ? router : undefined;
    this.sharedRouter = handler;
    this.permissions.push({ invoked: router, scope: this.props.scope, id: 'RouterPermission' });
    return { integration: this.binding.integrate(router, router, undefined, IDS.router), handler, pattern: IntegrationPattern.SHARED };
  }

  private once(key: string | lambda.IFunction, make: () => InvokedFunction<I>): InvokedFunction<I> {
    const invoked = this.invoked.get(key) ?? make();
    this.invoked.set(key, invoked);
    return invoked;
  }
}

/** The operations that a function may serve; `undefined` if it may serve any. */
function guardsOf(allocation: FunctionAllocation): readonly string[] | undefined {
  if (allocation.kind === 'isolated') return allocation.operation.guards;
  return allocation.kind === 'group' || allocation.kind === 'streamingRouter' ? allocation.operations.flatMap(({ guards }) => guards) : undefined;
}

function idOf(allocation: Exclude<FunctionAllocation, { kind: 'given' }>): string {
  if (allocation.kind === 'isolated') return allocation.operation.constructId;
  return allocation.kind === 'group' ? groupId(allocation) : IDS[allocation.kind];
}

/** The construct id of a group's function: the group's name, with `/` encoded, because CDK would replace it by `--`, which another name may contain. */
function groupId({ group, streaming }: GroupAllocation): string {
  return `${streaming ? 'StreamingGroup' : 'Group'} ${group.replaceAll('%', '%25').replaceAll('/', '%2F')}`;
}
