import { Duration, Stack } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';

/** Default throttling of a hardened API: requests per second, and burst. The default quotas of an account are 10,000 and 5,000. */
export const HARDENED_THROTTLE = { rateLimit: 1000, burstLimit: 500 } as const;

/** AWS's managed rule groups. `counted` rules only count, because they would refuse ordinary requests: bodies above 8 KB. */
const RULE_GROUPS: readonly { readonly name: string; readonly counted?: readonly string[] }[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList' },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet' },
  { name: 'AWSManagedRulesCommonRuleSet', counted: ['SizeRestrictions_BODY'] },
];

/**
 * Encrypts the log groups that an API has created with a KMS key of the API. Log groups that the user created are not changed.
 *
 * @param api the construct, with all of its log groups
 */
export function encryptLogs(api: Construct): void {
  const { partition, region, account } = Stack.of(api);
  const key = new kms.Key(api, 'LogKey', { description: `Logs of ${api.node.path}`, enableKeyRotation: true, pendingWindow: Duration.days(7) });
  key.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
    actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` } },
  }));
  for (const construct of api.node.findAll()) {
    if (construct instanceof logs.CfnLogGroup) construct.kmsKeyId ??= key.keyArn;
  }
}

/** Puts a web ACL with AWS's managed rules before the stage of a REST API. HTTP APIs can have none. */
export function protectByWebAcl(api: Construct, stage: apigateway.Stage): void {
  const visibility = (metricName: string) => ({ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName });
  const acl = new wafv2.CfnWebACL(api, 'WebAcl', {
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: visibility('WebAcl'),
    rules: RULE_GROUPS.map(({ name, counted }, priority) => ({
      name,
      priority,
      overrideAction: { none: {} },
      statement: {
        managedRuleGroupStatement: {
          vendorName: 'AWS', name, ruleActionOverrides: counted?.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        },
      },
      visibilityConfig: visibility(name),
    })),
  });
  new wafv2.CfnWebACLAssociation(api, 'WebAclAssociation', { resourceArn: stage.stageArn, webAclArn: acl.attrArn });
}
