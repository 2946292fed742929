import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * The role of one function. All permissions are in one inline policy, so that the function needs no policy resource:
 * writing to its own log group, tracing, network interfaces if it is in a VPC, and its `initialPolicy`.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html
 */
export function executionRole(scope: Construct, logGroup: logs.ILogGroupRef, tracing: lambda.Tracing, options: lambda.FunctionOptions): iam.Role {
  const statements = [
    new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logStreams(scope, logGroup)] }),
  ];
  if (tracing !== lambda.Tracing.DISABLED) {
    statements.push(new iam.PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }));
  }
  if (options.vpc) {
    statements.push(new iam.PolicyStatement({
      actions: [
        'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    }));
  }
  statements.push(...options.initialPolicy ?? []);
  return new iam.Role(scope, 'Role', {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { Execution: new iam.PolicyDocument({ statements }) },
    managedPolicies: options.durableConfig
      ? [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicDurableExecutionRolePolicy')]
      : undefined,
  });
}

function logStreams(scope: Construct, logGroup: logs.ILogGroupRef): string {
  return Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: `${logGroup.logGroupRef.logGroupName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
