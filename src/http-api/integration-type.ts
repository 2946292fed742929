import { DescribedHttpIntegration } from './described-integration';
import type { HttpApiIntegration } from './integration';
import { HttpOperationFunctionIntegration } from './operation-function-integration';
import type { IntegrationType } from '../integrations/integration-type';
import { isHttpRouteIntegration } from '../private/cdk-internals';

/** The integrations of HTTP APIs. */
export const HTTP_INTEGRATIONS: IntegrationType<HttpApiIntegration> = {
  apiType: 'http',
  struct: 'HttpApiIntegration',
  builder: 'HttpApiIntegrationBuilder',
  construct: 'FastApiHttpApi',
  module: 'aws-cdk-lib/aws-apigatewayv2-integrations',
  otherIntegration: 'one of aws-cdk-lib/aws-apigateway, which is for FastApiRestApi',
  accepts: isHttpRouteIntegration,
  describe: (descriptor) => ({ integration: new HttpOperationFunctionIntegration(descriptor), pattern: descriptor.pattern }),
  descriptor: (value) => {
    const { integration } = HTTP_INTEGRATIONS.carried(value) ?? value;
    return integration instanceof HttpOperationFunctionIntegration ? integration.descriptor : undefined;
  },
  carry: (value) => ({ ...value, integration: new DescribedHttpIntegration(value) }),
  carried: ({ integration }) => integration instanceof DescribedHttpIntegration ? integration.described : undefined,
};
