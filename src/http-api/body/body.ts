import type { CfnApi, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { IMPORT_OPTIONS, renderHttpDocument } from './document';
import type { BodyFormat } from '../../api/body/body-format';
import { RouteBody } from '../../api/body/route-body';

const HTTP_BODY: BodyFormat = {
  service: 'AWS::ApiGatewayV2::',
  apiId: 'apiId',
  elements: ['Route', 'Integration', 'Authorizer'],
  documentation: [],
  // CloudFormation refuses every setting of the API beside a body.
  besideBody: ['Body', ...IMPORT_OPTIONS],
  render: renderHttpDocument,
};

/**
 * Deploys routes, integrations and authorizers of an HTTP API as one body.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html
 */
export function httpBody(api: HttpApi): RouteBody {
  const resource = api.node.defaultChild as CfnApi;
  // Otherwise an authorizer or integration that cannot be imported is only an unseen warning, and its routes are missing.
  resource.failOnWarnings ??= true;
  return new RouteBody(resource, HTTP_BODY);
}
