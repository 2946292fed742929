/**
 * The methods that a route of API Gateway can have, besides ANY.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-method-settings-setup-method-request.html
 */
export const ROUTE_METHODS: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);
