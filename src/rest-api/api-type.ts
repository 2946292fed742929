import type { RestApiIntegration } from './integration';
import { OperationFunctionIntegration } from './operation-function-integration';
import type { ApiType } from '../integrations/api-type';
import { isRouteIntegration } from '../integrations/route-integration';

/** The integrations of REST APIs. */
export const REST: ApiType<RestApiIntegration> = {
  kind: 'rest',
  struct: 'RestApiIntegration',
  optionsStruct: 'aws_apigateway.MethodOptions',
  construct: 'FastApiRestApi',
  module: 'aws-cdk-lib/aws-apigateway',
  otherIntegration: 'one of aws-cdk-lib/aws-apigatewayv2-integrations, which is for FastApiHttpApi',
  accepts: (integration) => !isRouteIntegration(integration),
  describe: (descriptor) => ({ integration: new OperationFunctionIntegration(descriptor), pattern: descriptor.pattern }),
  descriptor: ({ integration }) => integration instanceof OperationFunctionIntegration ? integration.descriptor : undefined,
};
