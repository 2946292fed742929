import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FastApiApp } from '../app/fast-api-app';
import { OperationFunction } from '../function/operation-function';
import type { StreamingOptions } from '../function/streaming-function';

/** Properties of `ApiFunctions`. */
export interface ApiFunctionsProps {
  readonly app: FastApiApp;
  /** Variables of every function besides the user's. */
  readonly environment: Record<string, string>;
  /** The options that functions have where an operation says nothing of its own. */
  readonly defaultOptions: lambda.FunctionOptions;
  /** What functions that stream have beside; none where no function does. */
  readonly streaming?: StreamingOptions;
}

/** What a function is for. */
export interface FunctionUse {
  /** The operations that it may serve; any where they are left out. */
  readonly guards?: readonly string[];
  readonly streams: boolean;
}

/** The functions of one API. Its id is part of every function's logical id: `<api>/Functions/<operation>`. */
export class ApiFunctions extends Construct {
  private securityGroup?: ec2.ISecurityGroup;

  constructor(scope: Construct, id: string, private readonly props: ApiFunctionsProps) {
    super(scope, id);
  }

  /** Makes a function. */
  public add(id: string, options: lambda.FunctionOptions, { guards, streams }: FunctionUse): OperationFunction {
    const { app, environment } = this.props;
    const streaming = streams ? this.props.streaming : undefined;
    return new OperationFunction(this, id, { app, options, environment, guards, streaming, securityGroup: this.sharedSecurityGroup(options) });
  }

  /**
   * CDK makes a security group for each function in a VPC; one for all is enough, and quotas of groups and
   * network interfaces allow no more. A function with network options of its own gets its own.
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
