import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { mentions, plain, validateMentions } from '../api/path-parameters';
import type { Operation } from '../operations/operation';

/** Refuses an integration whose parameter mapping or URL names a path parameter that the route does not have. */
export function validateRouteParameters(operation: Operation, { requestParameters, integrationUri }: apigatewayv2.CfnIntegration): void {
  validateMentions(operation, [
    ...Object.values(plain(requestParameters)).flatMap((text) => mentions('parameterMapping', text, /\$request\.path\.([\w.-]+)/g)),
    ...mentions('url', integrationUri, /(?<!\$)\{([\w.:-]+)\+?\}/g),
  ]);
}
