/**
 * The methods that a route of API Gateway can have, besides ANY.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-method-settings-setup-method-request.html
 */
export const ROUTE_METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * The members of a path item that are operations, as OpenAPI 3.0 and 3.1 fix them.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#path-item-object
 */
export const DOCUMENT_METHODS: readonly string[] = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The member of a path item that stands for every method which has none of its own, in documents that API Gateway imports. */
export const ANY_METHOD = 'x-amazon-apigateway-any-method';
