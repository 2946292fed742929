import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FunctionStack } from './function-stack';
import { OperationFunction } from './operation-function';
import { assignStack } from './stack-assignment';
import type { StackLayout } from './stack-layout';
import type { StreamingOptions } from './streaming-function';
import type { FastApiApp } from '../app/fast-api-app';

/** The CDK context key that makes stacks write their templates without indentation. */
const SUPPRESS_INDENTATION = '@aws-cdk/core:suppressTemplateIndentation';

/** Properties of `ApiFunctions`. */
export interface ApiFunctionsProps {
  readonly app: FastApiApp;
  /** Environment variables of every function, besides the user's. */
  readonly environment: Record<string, string>;
  /** The options of functions without options of their own. */
  readonly defaultOptions: lambda.FunctionOptions;
  /** Additional options of streaming functions; `undefined` if no function streams. */
  readonly streaming?: StreamingOptions;
  /** The stacks of the functions of operations and groups. */
  readonly layout: StackLayout;
}

/** A function in a nested stack. */
export interface NestedFunction {
  readonly operationFunction: OperationFunction;
  readonly stack: FunctionStack;
}

/** The operations of a function, and whether it streams. */
export interface FunctionPurpose {
  /** The operations that the function may serve; any if left out. */
  readonly guards?: readonly string[];
  readonly streams: boolean;
}

/**
 * The functions of one API. Its id is part of every function's logical id: `<api>/Functions/<operation>`, or in nested
 * stacks `<api>/Functions/Stack<number>/<operation>`.
 */
export class ApiFunctions extends Construct {
  private readonly stacks = new Map<number, FunctionStack>();
  private securityGroup?: ec2.ISecurityGroup;

  constructor(scope: Construct, id: string, private readonly props: ApiFunctionsProps) {
    super(scope, id);
    // For the nested stacks, because each of their templates is uploaded at every deployment.
    if (props.layout.nested) this.node.setContext(SUPPRESS_INDENTATION, true);
  }

  /** Makes a function in the stack of the API. */
  public add(id: string, options: lambda.FunctionOptions, use: FunctionPurpose): OperationFunction {
    return this.make(this, id, options, use);
  }

  /** Makes a function in its nested stack. */
  public addNested(id: string, options: lambda.FunctionOptions, use: FunctionPurpose): NestedFunction {
    const stack = this.stackOf(id);
    const sharesLogs = this.props.layout.sharedLogGroups && this.hasDefaultLogs(options);
    return { operationFunction: this.make(stack, id, sharesLogs ? { ...options, logGroup: stack.logGroup } : options, use), stack };
  }

  private make(scope: Construct, id: string, options: lambda.FunctionOptions, { guards, streams }: FunctionPurpose): OperationFunction {
    const { app, environment } = this.props;
    const streaming = streams ? this.props.streaming : undefined;
    return new OperationFunction(scope, id, { app, options, environment, guards, streaming, securityGroup: this.sharedSecurityGroup(options) });
  }

  private stackOf(id: string): FunctionStack {
    const { stack: number } = assignStack(id);
    const stack = this.stacks.get(number) ?? new FunctionStack(this, number, this.props.defaultOptions);
    this.stacks.set(number, stack);
    return stack;
  }

  /** Whether the options have no log settings of their own. */
  private hasDefaultLogs({ logGroup, logRetention, logRemovalPolicy }: lambda.FunctionOptions): boolean {
    const { defaultOptions } = this.props;
    return logGroup === undefined && logRetention === defaultOptions.logRetention && logRemovalPolicy === defaultOptions.logRemovalPolicy;
  }

  /**
   * One security group for all functions in a VPC, instead of CDK's one for each, because of the quotas for security
   * groups and network interfaces. A function with network options of its own gets its own.
   */
  private sharedSecurityGroup(options: lambda.FunctionOptions): ec2.ISecurityGroup | undefined {
    const { vpc, allowAllOutbound, allowAllIpv6Outbound } = this.props.defaultOptions;
    if (!vpc || options.securityGroups || options.vpc !== vpc) return undefined;
    if (options.allowAllOutbound !== allowAllOutbound || options.allowAllIpv6Outbound !== allowAllIpv6Outbound) return undefined;
    this.securityGroup ??= new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc, allowAllOutbound, allowAllIpv6Outbound, description: 'Functions of a FastAPI app',
    });
    return this.securityGroup;
  }
}
