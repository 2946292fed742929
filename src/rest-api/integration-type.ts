import { DescribedRestIntegration } from './described-integration';
import type { RestApiIntegration } from './integration';
import { OperationFunctionIntegration } from './operation-function-integration';
import type { IntegrationType } from '../integrations/integration-type';
import { isHttpRouteIntegration } from '../private/cdk-internals';

/** The integrations of REST APIs. */
export const REST_INTEGRATIONS: IntegrationType<RestApiIntegration> = {
  apiType: 'rest',
  struct: 'RestApiIntegration',
  builder: 'RestApiIntegrationBuilder',
  construct: 'FastApiRestApi',
  module: 'aws-cdk-lib/aws-apigateway',
  otherIntegration: 'one of aws-cdk-lib/aws-apigatewayv2-integrations, which is for FastApiHttpApi',
  accepts: (integration) => !isHttpRouteIntegration(integration),
  describe: (descriptor) => ({ integration: new OperationFunctionIntegration(descriptor), pattern: descriptor.pattern }),
  descriptor: (value) => {
    const { integration } = REST_INTEGRATIONS.carried(value) ?? value;
    return integration instanceof OperationFunctionIntegration ? integration.descriptor : undefined;
  },
  carry: (value) => ({ ...value, integration: new DescribedRestIntegration(value) }),
  carried: ({ integration }) => integration instanceof DescribedRestIntegration ? integration.described : undefined,
};
