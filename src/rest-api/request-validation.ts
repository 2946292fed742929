/**
 * The parts of a request that API Gateway checks before it starts a function.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export enum RequestValidation {
  /** Nothing. */
  NONE = 'none',

  /** Bodies of `application/json`, against their schema. */
  BODY = 'body',

  /** The presence of required query parameters and headers. */
  PARAMETERS = 'parameters',

  /** Both. */
  ALL = 'all',
}
