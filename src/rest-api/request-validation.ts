/**
 * What API Gateway checks of a request before it starts a function.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export enum RequestValidation {
  /** Nothing. */
  NONE = 'none',

  /** Bodies of `application/json`, by their schema. */
  BODY = 'body',

  /** That required query parameters and headers are there. */
  PARAMETERS = 'parameters',

  /** Both. */
  ALL = 'all',
}
