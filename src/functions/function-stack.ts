import { CfnOutput, NestedStack, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { FUNCTION_DEFAULTS } from './function-options';
import { assignStack } from './stack-assignment';
import { sha256 } from '../private/hash';

/** The function that an API invokes, and the role for it if the function has no permission for the API. */
export interface Invocation {
  /** ARN of the function or of its alias, as a reference that is valid in the stack of the API. */
  readonly functionArn: string;
  /** The role by which the API invokes the function. Without it the function has a permission for the API. */
  readonly credentials?: iam.IRole;
}

/** Maximum size of a function's ARN in a policy, in bytes: the longest region and partition, 64 characters of name, an alias, quotes. */
const ARN_BYTES = 132;

/** Bytes of an invocation role's policy without its resources. */
const POLICY_BYTES = 120;

/**
 * A nested stack with functions of operations and of groups.
 *
 * The API invokes the functions by a role in this stack, because a permission would refer to the API, which refers to the
 * functions: a circular dependency.
 */
export class FunctionStack extends NestedStack {
  private readonly invocations = new Map<number, { readonly statement: iam.PolicyStatement; readonly credentials: iam.IRole }>();
  private sharedLogGroup?: logs.LogGroup;

  /**
   * @param functions the construct of the API's functions
   * @param number from 0 to 19: part of the construct path
   * @param logOptions retention and removal policy of the shared log group
   */
  constructor(private readonly functions: Construct, number: number, private readonly logOptions: Pick<lambda.FunctionOptions, 'logRetention' | 'logRemovalPolicy'>) {
    super(functions, `Stack${number}`, { description: `Functions of ${functions.node.scope!.node.id}` });
    // Short, because the body of the API repeats the logical id for each operation; the CDK's own has about 80 characters.
    const { scopes } = functions.node;
    const place = scopes.slice(scopes.indexOf(Stack.of(functions)) + 1).map(({ node }) => node.id).join('/');
    this.nestedStackResource!.overrideLogicalId(`Functions${number}x${sha256(place).slice(0, 8)}`);
  }

  /** The log group of all functions here. */
  public get logGroup(): logs.LogGroup {
    this.sharedLogGroup ??= new logs.LogGroup(this, 'LogGroup', {
      retention: this.logOptions.logRetention ?? FUNCTION_DEFAULTS.logRetention,
      removalPolicy: this.logOptions.logRemovalPolicy ?? FUNCTION_DEFAULTS.logRemovalPolicy,
    });
    return this.sharedLogGroup;
  }

  /** Maximum size of the largest policy of an invocation role in bytes, in any region. */
  public get policyBytes(): number {
    return Math.max(0, ...[...this.invocations.values()].map(({ statement }) => POLICY_BYTES + statement.resources.length * ARN_BYTES));
  }

  /**
   * Lets the API invoke a function.
   *
   * @param constructId id of the function's construct, made from its operation or group
   * @param target the function or its alias
   */
  public invoke(constructId: string, target: lambda.IFunction): Invocation {
    const { role, output } = assignStack(constructId);
    const { statement, credentials } = this.invocationRole(role);
    statement.addResources(target.functionArn);
    return { functionArn: this.export(output, target.functionArn), credentials };
  }

  private invocationRole(number: number): { readonly statement: iam.PolicyStatement; readonly credentials: iam.IRole } {
    const known = this.invocations.get(number);
    if (known) return known;
    const statement = new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'] });
    const role = new iam.Role(this, `Invoke${number}`, {
      assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com'),
      inlinePolicies: { Invoke: new iam.PolicyDocument({ statements: [statement] }) },
    });
    const made = {
      statement,
      credentials: iam.Role.fromRoleArn(this.functions, `Invoke${this.node.id}${number}`, this.export(`Role${number}`, role.roleArn), { mutable: false }),
    };
    this.invocations.set(number, made);
    return made;
  }

  /** Outputs a value of this stack, and returns a reference to it for the stack of the API. */
  private export(name: string, value: string): string {
    new CfnOutput(this, name, { value });
    return this.nestedStackResource!.getAtt(`Outputs.${name}`).toString();
  }
}
