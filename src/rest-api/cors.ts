import { Lazy, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { CorsPolicy } from '../access/cors-policy';
import { ANY_ORIGIN } from '../access/origin';
import { addInfo } from '../private/messages';

/**
 * Adds a mock OPTIONS method that answers preflight requests on a resource. It needs no authorization, because browsers
 * send no credentials with a preflight request.
 *
 * @param methods methods of the resource that a page may use
 */
export function addPreflight(resource: apigateway.IResource, methods: string[], policy: CorsPolicy): apigateway.Method {
  const headers: Record<string, string> = {
    'Access-Control-Allow-Origin': Lazy.string({ produce: () => `'${policy.origins()[0]}'` }),
    'Access-Control-Allow-Methods': `'${policy.allowMethods(methods).join(',')}'`,
    'Access-Control-Allow-Headers': `'${policy.allowHeaders.join(',')}'`,
    'Access-Control-Max-Age': `'${policy.maxAge.toSeconds()}'`,
    // So that an HTTP cache does not return the response for one origin to another origin.
    'Vary': '\'Origin\'',
    ...sharedHeaders(policy),
  };
  const integration = new apigateway.MockIntegration({
    requestTemplates: { 'application/json': '{"statusCode": 204}' },
    // With the binary type `*/*` the mock would read its own template as bytes and answer 500.
    contentHandling: apigateway.ContentHandling.CONVERT_TO_TEXT,
    integrationResponses: [{
      statusCode: '204',
      responseParameters: mapKeys(headers, (name) => `method.response.header.${name}`),
      responseTemplates: { 'application/json': Lazy.string({ produce: () => echoTemplate(policy.origins()) }) },
    }],
  });
  return resource.addMethod('OPTIONS', integration, {
    authorizationType: apigateway.AuthorizationType.NONE,
    apiKeyRequired: false,
    methodResponses: [{
      statusCode: '204',
      responseParameters: Object.fromEntries(Object.keys(headers).map((name) => [`method.response.header.${name}`, true])),
    }],
  });
}

/**
 * CORS headers of API Gateway's own error responses (`DEFAULT_4XX`, `DEFAULT_5XX`), so that a page can read the
 * error. They name the first of several origins: their templates support no conditions, and echoing the
 * caller's origin would allow every page.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function gatewayResponseHeaders(policy: CorsPolicy): Record<string, string> {
  return {
    'Access-Control-Allow-Origin': Lazy.string({ produce: () => `'${policy.origins()[0]}'` }),
    'Vary': '\'Origin\'',
    ...sharedHeaders(policy),
  };
}

/** Adds the CORS headers to all of API Gateway's own error responses. */
export function addGatewayResponses(api: apigateway.IRestApi, policy: CorsPolicy): void {
  for (const [id, type] of [['Default4XX', apigateway.ResponseType.DEFAULT_4XX], ['Default5XX', apigateway.ResponseType.DEFAULT_5XX]] as const) {
    new apigateway.GatewayResponse(api, id, { restApi: api, type, responseHeaders: gatewayResponseHeaders(policy) });
  }
  // In a validation, because `restrictCorsTo` may change the origins until synth.
  api.node.addValidation({
    validate: () => {
      sayErrorsNameOneOrigin(api, policy.origins());
      return [];
    },
  });
}

function sayErrorsNameOneOrigin(api: apigateway.IRestApi, origins: string[]): void {
  if (origins.length < 2) return;
  const [first, ...others] = origins.map((origin) => (Token.isUnresolved(origin) ? 'one that is known at deployment' : origin));
  addInfo(
    api, 'corsOfGatewayErrors',
    `the error responses of API Gateway itself can name one origin, and name the first: ${first}; pages of the others (${others.join(', ')}) see such an error as a CORS error`,
  );
}

function sharedHeaders(policy: CorsPolicy): Record<string, string> {
  return {
    ...(policy.allowCredentials && { 'Access-Control-Allow-Credentials': '\'true\'' }),
    ...(policy.exposeHeaders.length > 0 && { 'Access-Control-Expose-Headers': `'${policy.exposeHeaders.join(',')}'` }),
  };
}

/**
 * A mapping template that returns the caller's origin if it is in the list; otherwise the header keeps its
 * value, the first origin. It reads `origin` and `Origin`, because header names are lower case in HTTP/2.
 * An origin holds no character with a meaning in the template language: see `checkOrigin`.
 */
function echoTemplate(origins: string[]): string {
  if (origins.length < 2 || origins.includes(ANY_ORIGIN)) return '';
  return [
    '#set($origin = $input.params().header.get("origin"))',
    '#if(!$origin || $origin == "")#set($origin = $input.params().header.get("Origin"))#end',
    ...origins.slice(1).map((origin) => `#if($origin == "${origin}")#set($context.responseOverride.header.Access-Control-Allow-Origin = "${origin}")#end`),
  ].join('\n');
}

function mapKeys(map: Record<string, string>, name: (key: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [name(key), value]));
}
