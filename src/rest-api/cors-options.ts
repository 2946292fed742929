import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { FastApiCorsOptions } from '../access/cors-options';
import { FastApiError } from '../private/errors';

/**
 * The CORS options of a REST API: `cors`, or the CDK's `defaultCorsPreflightOptions` converted to them.
 *
 * The CDK's own preflight methods cannot be used: their mock integration answers 500 if all media types are binary, and
 * they conflict with an app that has an OPTIONS operation.
 */
export function restCorsOptions(cors: FastApiCorsOptions | undefined, preflight: apigateway.CorsOptions | undefined): FastApiCorsOptions | undefined {
  if (preflight === undefined) return cors;
  if (cors !== undefined) {
    throw new FastApiError('`cors` and `defaultCorsPreflightOptions` say the same thing, got: both; leave `defaultCorsPreflightOptions` out');
  }
  const { statusCode, disableCache, allowHeaders = apigateway.Cors.DEFAULT_HEADERS, ...options } = preflight;
  for (const [name, value] of Object.entries({ statusCode, disableCache })) {
    if (value !== undefined) {
      throw new FastApiError(`\`defaultCorsPreflightOptions\` must not have \`${name}\`, got: ${value}; preflight requests are answered with 204, and \`maxAge\` says for how long`);
    }
  }
  return { ...options, allowHeaders };
}
