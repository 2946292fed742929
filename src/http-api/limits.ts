import { Stage } from 'aws-cdk-lib';
import { CfnIntegration, type HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { LIMITS } from '../private/limits';

const MAX_INTEGRATIONS = LIMITS.httpIntegrations.ours;

/** The problem of an API with too many integrations, including those that its user adds. */
export function integrationCountProblems(api: HttpApi): string[] {
  const nodes = (Stage.of(api) ?? api.node.root).node.findAll();
  const count = nodes.filter((node) => node instanceof CfnIntegration && node.apiId === api.apiId).length;
  return count <= MAX_INTEGRATIONS ? [] : [
    `an HTTP API has ${MAX_INTEGRATIONS} integrations at most, which AWS does not raise, got: ${count}; `
    + 'give one integration to several operations, use FastApiRestApi, or split the app into two APIs',
  ];
}
