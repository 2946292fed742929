import { Names } from 'aws-cdk-lib';
import * as bedrockagentcore from 'aws-cdk-lib/aws-bedrockagentcore';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { agentTools, type AgentTool } from './agent-tool';
import type { FastApiRestApi } from './fast-api-rest-api';
import { checkStruct } from '../private/check-struct';
import { FastApiError } from '../private/errors';
import { addInfo } from '../private/messages';

/** Properties of `FastApiAgentTools`. */
export interface FastApiAgentToolsProps {
  /** The API whose operations become tools. A gateway accepts REST APIs with a public endpoint in its own account and region. */
  readonly api: FastApiRestApi;

  /** The id of the gateway: `gatewayId` of the CDK's L2, `attrGatewayIdentifier` of an L1, or the id of an existing gateway. */
  readonly gatewayIdentifier: string;

  /** The role of the gateway. It is allowed to invoke these operations and no others. */
  readonly gatewayRole: iam.IRole;

  /**
   * Names or qualified names of the operations that agents may call.
   *
   * @default - all that can be tools. Operations are left out, and listed in an info annotation, if they stream, accept only other bodies
   * than JSON, have a path parameter that accepts slashes, use an authorizer, or need both a signature and an API key
   */
  readonly operations?: string[];
}

/**
 * Operations of an API as tools of an agent gateway (Amazon Bedrock AgentCore), which agents find and call by MCP.
 *
 * A tool has the name of its operation, and its description in the app's document. The gateway reads parameters and schemas
 * from the deployed API, so this construct deploys them as `documentation: true` does.
 *
 * @see https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-target-api-gateway.html
 * @example
 *
 * declare const gatewayRole: iam.IRole;
 * new FastApiAgentTools(this, 'Tools', { api, gatewayIdentifier: 'my-gateway-a1b2c3d4e5', gatewayRole, operations: ['readBook', 'listBooks'] });
 */
export class FastApiAgentTools extends Construct {
  /** The gateway's target. */
  public readonly target: bedrockagentcore.CfnGatewayTarget;

  constructor(scope: Construct, id: string, props: FastApiAgentToolsProps) {
    super(scope, id);
    checkStruct(props, { subject: 'FastApiAgentTools', sources: [{ file: 'rest-api/fast-api-agent-tools', name: 'FastApiAgentToolsProps' }] });
    const { api, gatewayIdentifier, gatewayRole, operations } = props;
    if (operations?.length === 0) {
      throw new FastApiError('`operations` of FastApiAgentTools must name at least one operation, got: []; leave it out for all that can be tools');
    }
    const { restApiId, deploymentStage } = api.api;
    if (deploymentStage === undefined) {
      throw new FastApiError('`api` of FastApiAgentTools needs a stage, got: none because of `deploy: false`; make a stage and assign it to `api.api.deploymentStage`');
    }
    const source = api._asTools();
    const { tools, leftOut } = agentTools(source, operations);
    if (leftOut.length > 0) addInfo(this, 'agentTools', leftOut.join('\n'));

    const protectedOnes = tools.filter(({ operation }) => source.authorizationType(operation) === 'AWS_IAM').map(({ operation }) => operation.qualifiedName);
    const grant = protectedOnes.length === 0 ? undefined : api.grantInvokeAccess(gatewayRole, { operations: protectedOnes });
    this.target = new bedrockagentcore.CfnGatewayTarget(this, 'Target', {
      name: targetName(this),
      gatewayIdentifier,
      targetConfiguration: {
        mcp: {
          apiGateway: {
            restApiId,
            stage: deploymentStage.stageName,
            apiGatewayToolConfiguration: { toolFilters: filtersOf(tools), toolOverrides: overridesOf(tools) },
          },
        },
      },
      credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }],
    });
    // The gateway reads the deployed stage when the target is created, and may invoke operations at once.
    this.target.node.addDependency(deploymentStage);
    grant?.applyBefore(this.target);
  }
}

/** One filter for each path. */
function filtersOf(tools: readonly AgentTool[]): bedrockagentcore.CfnGatewayTarget.ApiGatewayToolFilterProperty[] {
  const methods = new Map<string, string[]>();
  for (const { operation: { routePath, method } } of tools) methods.set(routePath, [...methods.get(routePath) ?? [], method]);
  return [...methods].map(([filterPath, list]) => ({ filterPath, methods: list.sort() }));
}

function overridesOf(tools: readonly AgentTool[]): bedrockagentcore.CfnGatewayTarget.ApiGatewayToolOverrideProperty[] {
  return tools.map(({ name, description, operation: { routePath: path, method } }) => ({ name, description, path, method }));
}

/** Letters, digits and single hyphens. Short, because it becomes part of each tool's name, whose length models limit. */
function targetName(scope: Construct): string {
  return Names.uniqueResourceName(scope, { maxLength: 40, separator: '-' });
}
