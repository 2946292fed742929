import { Lazy } from 'aws-cdk-lib';
import { type FunctionUrlCorsOptions, HttpMethod } from 'aws-cdk-lib/aws-lambda';
import type { CorsPolicy } from '../access/cors-policy';

/** CORS of a function URL. `OPTIONS` is left out: a function URL accepts methods of six letters at most, and answers every preflight request. */
export function functionUrlCors(policy: CorsPolicy): FunctionUrlCorsOptions {
  const methods = policy.allowMethods(['*']).filter((method) => method !== 'OPTIONS');
  return {
    allowedOrigins: Lazy.list({ produce: () => policy.origins() }),
    allowedHeaders: policy.allowHeaders,
    allowedMethods: methods.map((method) => (method === '*' ? HttpMethod.ALL : HttpMethod[method as keyof typeof HttpMethod])),
    allowCredentials: policy.allowCredentials,
    maxAge: policy.maxAge,
    ...(policy.exposeHeaders.length > 0 && { exposedHeaders: policy.exposeHeaders }),
  };
}
