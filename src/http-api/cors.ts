import { Lazy } from 'aws-cdk-lib';
import { CorsHttpMethod, type CorsPreflightOptions } from 'aws-cdk-lib/aws-apigatewayv2';
import type { CorsPolicy } from '../access/cors-policy';

/** CORS of an HTTP API, which answers preflight requests itself and adds the headers to every response. */
export function httpApiCors(policy: CorsPolicy): CorsPreflightOptions {
  return {
    allowOrigins: Lazy.list({ produce: () => policy.origins() }),
    allowHeaders: policy.allowHeaders,
    allowMethods: policy.allowMethods(['*']).map((method) => (method === '*' ? CorsHttpMethod.ANY : CorsHttpMethod[method as keyof typeof CorsHttpMethod])),
    allowCredentials: policy.allowCredentials,
    maxAge: policy.maxAge,
    ...(policy.exposeHeaders.length > 0 && { exposeHeaders: policy.exposeHeaders }),
  };
}
