import { headerValues, queryValues, type LocalRequest } from '../local-request';

/** What an identity source may speak of beside the request. */
export interface IdentityContext {
  readonly stageVariables: Readonly<Record<string, string>>;
  /** By name, as `routeKey`. */
  readonly context: Readonly<Record<string, string>>;
}

/**
 * The value of an identity source: `method.request.header.X`, `$request.querystring.x`, `context.x`, `$stageVariables.x`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function identityValue(source: string, request: LocalRequest, { context, stageVariables }: IdentityContext): string | undefined {
  const [, place, name] = /^\$?(?:method\.)?(request\.header|request\.querystring|context|stageVariables)\.(.+)$/.exec(source) ?? [];
  const found = place === 'request.header' ? headerValues(request).get(name.toLowerCase())?.join(',')
    : place === 'request.querystring' ? queryValues(request).get(name)?.join(',')
      : place === 'stageVariables' ? stageVariables[name]
        : place === 'context' ? context[name] : undefined;
  return found === '' ? undefined : found;
}
