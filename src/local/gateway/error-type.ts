/**
 * What an API answers by itself. The names are those of REST APIs, which let the answers be worded.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export type ErrorType = keyof typeof ANSWERS;

interface ErrorAnswer {
  readonly status: number;
  readonly message: string;
  /** `x-amzn-ErrorType` of a REST API. */
  readonly error?: string;
  /** Status and message of an HTTP API, where they differ. */
  readonly http?: { readonly status?: number; readonly message: string };
}

const ANSWERS = {
  ACCESS_DENIED: { status: 403, message: 'User is not authorized to access this resource', error: 'AccessDeniedException', http: { message: 'Forbidden' } },
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, message: 'Internal server error', error: 'AuthorizerConfigurationException', http: { message: 'Internal Server Error' } },
  AUTHORIZER_FAILURE: { status: 500, message: 'Internal server error', error: 'AuthorizerFailureException', http: { message: 'Internal Server Error' } },
  BAD_REQUEST_BODY: { status: 400, message: 'Invalid request body', error: 'BadRequestException' },
  BAD_REQUEST_PARAMETERS: { status: 400, message: 'Missing required request parameters', error: 'BadRequestException' },
  EXPIRED_TOKEN: { status: 403, message: 'The security token included in the request is expired', error: 'ExpiredTokenException', http: { message: 'Forbidden' } },
  INTEGRATION_FAILURE: { status: 504, message: 'Internal server error', error: 'InternalServerErrorException', http: { status: 503, message: 'Service Unavailable' } },
  INTEGRATION_TIMEOUT: { status: 504, message: 'Endpoint request timed out', error: 'InternalServerErrorException', http: { status: 503, message: 'Service Unavailable' } },
  INVALID_API_KEY: { status: 403, message: 'Forbidden', error: 'ForbiddenException' },
  INVALID_SIGNATURE: { status: 403, message: 'The request signature we calculated does not match the signature you provided', error: 'InvalidSignatureException', http: { message: 'Forbidden' } },
  MALFORMED_ANSWER: { status: 502, message: 'Internal server error', error: 'InternalServerErrorException', http: { message: 'Internal Server Error' } },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, message: 'Missing Authentication Token', error: 'MissingAuthenticationTokenException', http: { message: 'Forbidden' } },
  NOT_FOUND: { status: 403, message: 'Missing Authentication Token', error: 'MissingAuthenticationTokenException', http: { status: 404, message: 'Not Found' } },
  REQUEST_TOO_LARGE: { status: 413, message: 'Request Too Long', error: 'RequestTooLargeException', http: { message: 'Request Entity Too Large' } },
  HEADERS_TOO_LARGE: { status: 431, message: 'Request Header Fields Too Large' },
  UNAUTHORIZED: { status: 401, message: 'Unauthorized', error: 'UnauthorizedException' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'Unsupported Media Type', error: 'UnsupportedMediaTypeException' },
  NOT_IMPLEMENTED: { status: 501, message: 'Not implemented on this machine' },
} as const satisfies Record<string, ErrorAnswer>;

/** Status and message of each. */
export const ERRORS: Readonly<Record<ErrorType, ErrorAnswer>> = ANSWERS;

/** Of which gateway response type an answer is: an unknown route has a name of its own here only. */
export function responseType(type: ErrorType): string {
  return type === 'NOT_FOUND' ? 'MISSING_AUTHENTICATION_TOKEN' : type;
}

/** Status and message of an HTTP API or a function URL. */
export function httpError(type: ErrorType): { status: number; message: string } {
  const answer = ERRORS[type];
  return { status: answer.http?.status ?? answer.status, message: answer.http?.message ?? answer.message };
}
