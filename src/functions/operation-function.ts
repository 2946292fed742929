import { Annotations } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { executionRole } from './execution-role';
import { APP_VARIABLE, EAGER_ROUTES_VARIABLE, FUNCTION_DEFAULTS, OBSERVABILITY_VARIABLE, OPERATION_VARIABLE } from './function-options';
import { guardVariable } from './guard-variable';
import { newFunction } from './new-function';
import { recordProject } from './project-metadata';
import { streamingEnvironment, type StreamingOptions } from './streaming-function';
import type { FastApiApp } from '../app/fast-api-app';

/** Name of the alias of the newest version. */
const ALIAS = 'live';

/** Properties of `OperationFunction`. */
export interface OperationFunctionProps {
  /** The app that the function runs. */
  readonly app: FastApiApp;

  /** The user's options, merged and checked. */
  readonly options: lambda.FunctionOptions;

  /** The operations that the function may serve, as the app declares them, such as `GET /items/{item_id}`; any if left out. */
  readonly guards?: readonly string[];

  /** Variables of the API; the user's `environment` wins over them. */
  readonly environment?: Record<string, string>;

  /** Additional options of a streaming function; left out if responses are buffered. */
  readonly streaming?: StreamingOptions;

  /** The security group that functions of one API share, if the user's options have a VPC and no security groups. */
  readonly securityGroup?: ec2.ISecurityGroup;
}

/**
 * The Lambda function of an operation or of a router, with a role and a log group of its own.
 *
 * The role and the log group are needed to create the function, so they are its siblings. The function is the child
 * `Default`, which CDK leaves out of logical ids.
 */
export class OperationFunction extends Construct {
  /** The function. */
  public readonly handler: lambda.Function;

  /** The target that an API invokes: the function, or its alias if versions are published. */
  public readonly invoked: lambda.IFunction;

  constructor(scope: Construct, id: string, props: OperationFunctionProps) {
    super(scope, id);
    const { app, options, streaming } = props;
    // Removed instead of set to `undefined`, because CDK warns of a deprecated option even if it is `undefined`.
    const {
      logRetention, logRemovalPolicy, initialPolicy, tracing = FUNCTION_DEFAULTS.tracing, allowAllOutbound, allowAllIpv6Outbound, ...passed
    } = options;
    const logGroup = options.logGroup ?? new logs.LogGroup(this, 'LogGroup', {
      retention: logRetention ?? FUNCTION_DEFAULTS.logRetention,
      removalPolicy: logRemovalPolicy ?? FUNCTION_DEFAULTS.logRemovalPolicy,
    });

    this.handler = newFunction(this, app, streaming, {
      timeout: FUNCTION_DEFAULTS.timeout,
      memorySize: FUNCTION_DEFAULTS.memorySize,
      ...passed,
      architecture: app._architecture,
      environment: {
        ...props.environment,
        ...app._observability ? { [OBSERVABILITY_VARIABLE]: '1' } : {},
        ...app._telemetry?._environment,
        ...app._eagerRoutes ? { [EAGER_ROUTES_VARIABLE]: '1' } : {},
        ...streaming ? streamingEnvironment(options, streaming) : {},
        ...options.environment,
        [APP_VARIABLE]: app._entrypoint,
        ...props.guards === undefined ? {} : { [OPERATION_VARIABLE]: guardVariable(props.guards, id) },
      },
      logGroup,
      ...options.role ? { tracing, initialPolicy } : {
        role: executionRole(this, logGroup, tracing, options),
        // Disabled because the inline policy has the permission; CDK would add a policy resource for each function.
        tracing: lambda.Tracing.DISABLED,
      },
      ...props.securityGroup ? { securityGroups: [props.securityGroup] } : { allowAllOutbound, allowAllIpv6Outbound },
    });
    if (tracing !== lambda.Tracing.DISABLED) {
      // The default child of the CDK's function is its L1, reachable by a cast only.
      (this.handler.node.defaultChild as lambda.CfnFunction).tracingConfig = { mode: tracing };
    }
    recordProject(this.handler, app);
    this.invoked = options.snapStart || options.currentVersionOptions ? this.publishedAlias() : this.handler;
  }

  /** SnapStart and provisioned concurrency work on versions only, and the API has to follow the newest. */
  private publishedAlias(): lambda.Alias {
    Annotations.of(this.handler).acknowledgeWarning('@aws-cdk/aws-lambda:snapStartRequirePublish', 'the API invokes an alias of the newest version');
    return this.handler.addAlias(ALIAS);
  }
}

/** The alias by which an API invokes a function; `undefined` if it invokes the function itself, or if the function is the user's router. */
export function liveAlias(handler: lambda.Function | undefined): lambda.Alias | undefined {
  // The construct id that CDK's `addAlias` uses.
  const alias = handler?.node.tryFindChild(`Alias${ALIAS}`);
  return alias instanceof lambda.Alias ? alias : undefined;
}
