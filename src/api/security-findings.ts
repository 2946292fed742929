import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { FastApiApi } from './fast-api-api';
import { entries, isJsonObject, member } from '../private/json';

/** Rules of checkers, and the reason why a resource of this library breaks them by design. */
interface Finding {
  /** Ids of the rules in cdk-nag and checkov. */
  readonly rules: readonly string[];
  readonly reason: string;
  /** Whether the finding applies to a resource with these properties; every resource of the type if left out. */
  readonly holds?: (properties: unknown) => boolean;
}

const PACKS = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'];
const ofPacks = (rule: string): string[] => PACKS.map((pack) => `${pack}-${rule}`);

const SERVICES_WITHOUT_RESOURCES = /^(xray|ec2):/;

/** Findings by resource type. `docs/security-reviews.md` explains each, and lists those that are left to the user's decision. */
export const FINDINGS: Readonly<Record<string, readonly Finding[]>> = {
  'AWS::Lambda::Function': [
    {
      rules: ['AwsSolutions-L1'],
      reason: 'the runtime is the newest that the project allows and this library is tested with; `.python-version` and `runtime` say otherwise',
    },
    {
      rules: ['Serverless-LambdaDLQ', ...ofPacks('LambdaDLQ'), 'CKV_AWS_116'],
      reason: 'the function is invoked synchronously, and its caller gets the error: no event is lost that a queue could hold',
    },
    { rules: ['Serverless-LambdaLatestVersion'], reason: 'the runtime is the newest that the project allows and this library is tested with' },
    {
      rules: [...ofPacks('LambdaInsideVPC'), 'CKV_AWS_117'],
      reason: 'the function needs nothing of a VPC unless `vpc` is given, and callers reach it by its gateway alone, which IAM protects',
    },
  ],
  'AWS::IAM::Role': [
    {
      rules: ofPacks('IAMNoInlinePolicy'),
      reason: 'the policy belongs to this one function, is deleted with it, and a managed policy for each would pass the quota of policies',
      holds: (role) => policiesOf(role).every(({ name }) => name === 'Execution'),
    },
    {
      rules: ['Serverless-LambdaStarPermissions', 'AwsSolutions-IAM5[Resource::*]'],
      reason: 'X-Ray and the network interfaces of a VPC know no resources that IAM could name',
      holds: (role) => (
        starStatements(role).length > 0 && starStatements(role).flat().every((action) => SERVICES_WITHOUT_RESOURCES.test(action))
      ),
    },
    {
      rules: ['AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]'],
      reason: 'the policy that AWS provides for access logs of API Gateway; `cloudWatchRole: false` leaves the role out',
      holds: (role) => JSON.stringify(role).includes('AmazonAPIGatewayPushToCloudWatchLogs'),
    },
  ],
  'AWS::ApiGateway::RestApi': [
    { rules: ['AwsSolutions-APIG2'], reason: 'FastAPI validates every request by the models of the app; `requestValidation` has API Gateway do so before' },
  ],
  'AWS::ApiGateway::Method': [
    {
      rules: ['AwsSolutions-COG4'],
      reason: 'callers sign their requests, which IAM checks; preflight requests have no credentials by the standard, and reach no function',
      holds: (method) => member(method, 'authorizationType') === 'AWS_IAM' || (member(method, 'httpMethod') === 'OPTIONS' && member(method, 'integration', 'type') === 'MOCK'),
    },
    {
      rules: ['AwsSolutions-APIG4'],
      reason: 'preflight requests have no credentials by the standard, and reach no function',
      holds: (method) => member(method, 'httpMethod') === 'OPTIONS' && member(method, 'integration', 'type') === 'MOCK',
    },
  ],
};

/**
 * Acknowledges, with the reason, the findings of security checkers that resources of this library have by design: for cdk-nag 3 by the
 * CDK's own acknowledgement of rules, for cdk-nag 2 and checkov in the metadata of each resource. Findings that need your decision are
 * not acknowledged: web ACLs, keys of your own, caches, client certificates, execution logs, concurrency.
 *
 * @see https://github.com/cdklabs/cdk-nag
 */
export class SecurityFindings {
  /**
   * Acknowledges the findings in one API, function URL or stack. Call it after everything was added.
   *
   * @param scope a construct. Only resources in constructs of this library below it are changed
   */
  public static acknowledge(scope: IConstruct): void {
    for (const construct of scope.node.findAll()) {
      if (!cdk.CfnResource.isCfnResource(construct) || !isOfThisLibrary(construct)) continue;
      const properties: unknown = propertiesOf(construct);
      const found = (FINDINGS[construct.cfnResourceType] ?? []).filter(({ holds }) => holds === undefined || holds(properties));
      const acknowledged = [...found.flatMap(({ rules, reason }) => rules.map((id) => ({ id, reason }))), ...logStreams(construct, properties)];
      if (acknowledged.length > 0) acknowledgeIn(construct, acknowledged);
    }
  }

  private constructor() {}
}

interface Acknowledged {
  readonly id: string;
  readonly reason: string;
}

/** The findings about log streams in a role's policy, which are by log group, because their ids contain its logical id. */
function logStreams(construct: cdk.CfnResource, properties: unknown): Acknowledged[] {
  const groups = policiesOf(properties).flatMap(({ statements }) => statements).filter((statement) => actionsOf(statement).every((action) => action.startsWith('logs:')))
    .flatMap((statement) => /"Ref":"(\w+)"\},":\*"/.exec(JSON.stringify(member(statement, 'Resource'))) ?? []).filter((text) => /^\w+$/.test(text));
  return construct.cfnResourceType === 'AWS::IAM::Role' ? groups.map((id) => ({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:<${id}>:*]`,
    reason: 'the streams of the function\'s own log group, which Lambda names',
  })) : [];
}

function acknowledgeIn(construct: cdk.CfnResource, acknowledged: readonly Acknowledged[]): void {
  const ofNag = acknowledged.filter(({ id }) => !id.startsWith('CKV'));
  const ofCheckov = acknowledged.filter(({ id }) => id.startsWith('CKV'));
  // The CDK has `Validations` since 2.257; this library supports older versions.
  const validations: unknown = Reflect.get(cdk, 'Validations');
  if (typeof validations === 'function') {
    (validations as unknown as { of(scope: IConstruct): { acknowledge(...rules: Acknowledged[]): void } }).of(construct).acknowledge(...ofNag);
  } else if (construct.cfnResourceType !== 'AWS::ApiGateway::Method') {
    construct.addMetadata('cdk_nag', {
      rules_to_suppress: ofNag.map(({ id, reason }) => {
        const [, rule, finding] = /^([^[]+)(?:\[(.+)\])?$/.exec(id)!;
        return { id: rule, reason, ...finding === undefined ? {} : { applies_to: [finding] } };
      }),
    });
  }
  if (ofCheckov.length > 0) construct.addMetadata('checkov', { skip: ofCheckov.map(({ id, reason }) => ({ id, comment: reason })) });
}

/** Whether a resource is in a construct of this library. Other resources of a stack are left to the user. */
function isOfThisLibrary(construct: IConstruct): boolean {
  // A function URL is recognized by its members, because this folder must not import its class.
  return construct.node.scopes.some((scope) => scope instanceof FastApiApi || (Reflect.has(scope, 'functionUrl') && Reflect.has(scope, 'grantInvokeAccess')));
}

function propertiesOf(construct: cdk.CfnResource): unknown {
  // By reflection, because `cfnProperties` is protected: the properties to be rendered, with the CDK's names.
  return cdk.Stack.of(construct).resolve(Reflect.get(construct, 'cfnProperties'));
}

function policiesOf(role: unknown): { readonly name: unknown; readonly statements: readonly unknown[] }[] {
  const policies = member(role, 'policies');
  return (Array.isArray(policies) ? policies : []).filter(isJsonObject).map((policy) => {
    const statements = member(policy, 'policyDocument', 'Statement');
    return { name: policy.policyName, statements: Array.isArray(statements) ? statements : [] };
  });
}

/** The actions of each statement whose resource is `*`. */
function starStatements(role: unknown): string[][] {
  return policiesOf(role).flatMap(({ statements }) => statements).filter((statement) => member(statement, 'Resource') === '*').map(actionsOf);
}

function actionsOf(statement: unknown): string[] {
  const actions = entries(statement).find(([name]) => name === 'Action')?.[1];
  return (Array.isArray(actions) ? actions : [actions]).map(String);
}
