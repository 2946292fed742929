import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { FastApiCorsOptions } from '../access/cors-options';
import { FastApiError } from '../private/errors';

/** The CORS options of an HTTP API: `cors`, or the CDK's `corsPreflight`. */
export function httpCorsOptions(
  cors: FastApiCorsOptions | undefined, preflight: apigatewayv2.CorsPreflightOptions | undefined,
): FastApiCorsOptions | undefined {
  if (cors !== undefined && preflight !== undefined) {
    throw new FastApiError('`cors` and `corsPreflight` say the same thing, got: both; leave `corsPreflight` out');
  }
  return cors ?? preflight;
}
