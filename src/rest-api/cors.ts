import { Lazy, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { CorsPolicy } from '../access/cors-policy';
import { ANY_ORIGIN } from '../access/origin';
import { addInfo } from '../private/messages';

/**
 * Answers preflight requests on a resource, without a function and without authorization: browsers
 * send no credentials with them.
 *
 * @param methods methods of the resource, which a page may use
 */
export function addPreflight(resource: apigateway.IResource, methods: string[], policy: CorsPolicy): apigateway.Method {
  const headers: Record<string, string> = {
    'Access-Control-Allow-Origin': Lazy.string({ produce: () => `'${policy.origins()[0]}'` }),
    'Access-Control-Allow-Methods': `'${policy.allowMethods(methods).join(',')}'`,
    'Access-Control-Allow-Headers': `'${policy.allowHeaders.join(',')}'`,
    'Access-Control-Max-Age': `'${policy.maxAge.toSeconds()}'`,
    // A cache that holds the answer for one origin must not give it to another.
    'Vary': '\'Origin\'',
    ...sharedHeaders(policy),
  };
  const integration = new apigateway.MockIntegration({
    requestTemplates: { 'application/json': '{"statusCode": 204}' },
    // With `*/*` as a binary type the mock would take its own template for bytes and answer 500.
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
 * Headers of the answers that API Gateway gives itself (`DEFAULT_4XX`, `DEFAULT_5XX`), so that a page can
 * read the error. Their templates know no conditions, and echoing the caller's origin would let every
 * page in: of several origins they name the first.
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

/** Adds the headers to all errors of API Gateway itself. */
export function addGatewayResponses(api: apigateway.IRestApi, policy: CorsPolicy): void {
  for (const [id, type] of [['Default4XX', apigateway.ResponseType.DEFAULT_4XX], ['Default5XX', apigateway.ResponseType.DEFAULT_5XX]] as const) {
    new apigateway.GatewayResponse(api, id, { restApi: api, type, responseHeaders: gatewayResponseHeaders(policy) });
  }
  // A validation, because the origins are known only when the app is complete.
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
 * A mapping template that answers with the caller's origin where it is a listed one; the header's own
 * value is the first. Browsers that speak HTTP/2 write the header's name in lower case. Origins hold no
 * character that the template language gives a meaning: see `checkOrigin`.
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
