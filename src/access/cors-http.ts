import { Lazy } from 'aws-cdk-lib';
import { CorsHttpMethod, type CorsPreflightOptions } from 'aws-cdk-lib/aws-apigatewayv2';
import { type FunctionUrlCorsOptions, HttpMethod } from 'aws-cdk-lib/aws-lambda';
import type { CorsPolicy } from './cors-policy';

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

/** CORS of a function URL. It takes no method of more than six letters: `OPTIONS` is always answered. */
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
