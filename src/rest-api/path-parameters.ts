import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { mentions, plain, validateMentions } from '../api/path-parameters';
import type { Operation } from '../operations/operation';

/**
 * Refuses an override of a REST method that names a path parameter which the route does not have.
 */
export function validateMethodParameters(operation: Operation, method: apigateway.Method): void {
  const { requestParameters, integration } = method.node.defaultChild as apigateway.CfnMethod;
  const texts = [...Object.keys(plain(requestParameters)), ...Object.values(plain(plain(integration).requestParameters))];
  validateMentions(operation, texts.flatMap((text) => mentions('requestParameters', text, /^method\.request\.path\.(.+)$/g)));
}
