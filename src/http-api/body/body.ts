import type { CfnApi, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { renderHttpDocument } from './document';
import type { BodyKind } from '../../api/body/body-kind';
import { RouteBody } from '../../api/body/route-body';

const HTTP: BodyKind = {
  service: 'AWS::ApiGatewayV2::',
  apiId: 'apiId',
  elements: ['Route', 'Integration', 'Authorizer'],
  documentation: [],
  // CloudFormation wants name and protocol only where there is no body; the others an import would overwrite.
  hidden: ['Name', 'ProtocolType', 'RouteSelectionExpression', 'CorsConfiguration', 'Tags'],
  render: renderHttpDocument,
};

/** Deploys routes, integrations and authorizers of an HTTP API as one body. */
export function httpBody(api: HttpApi): RouteBody {
  return new RouteBody(api.node.defaultChild as CfnApi, HTTP);
}
