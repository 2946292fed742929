import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FastApiCorsOptions } from './cors-options';
import { ANY_ORIGIN } from './origin';
import type { CorsFacts } from '../openapi/route-facts';
import { printable } from '../private/printable';

/** Headers that a page may send wherever CORS is on, and those that the default names. */
const ALLOWED = new Set([
  'accept', 'accept-language', 'content-language', 'content-type', 'authorization', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token',
]);

/**
 * Says what the app's own CORS middleware allows and the deployed API does not, or the other way round. Under uvicorn the
 * middleware answers preflight requests; deployed, API Gateway or the function URL does, before the app is asked.
 *
 * @param stated what the user says of CORS: then it is meant
 */
export function warnOfAppCors(scope: Construct, facts: CorsFacts | undefined, stated: FastApiCorsOptions | undefined): void {
  if (facts === undefined || stated !== undefined) return;
  const differences = differencesOf(facts);
  if (differences.length === 0) return;
  Annotations.of(scope).addWarningV2('cdk-fastapi:appCors', printable(
    `\`cors\` is not set, so that pages of every origin may call without credentials; the app's CORSMiddleware says otherwise, got: ${differences.join(', ')}; `
    + `preflight requests do not reach the app, so say the same here: \`cors: ${inTypeScript(facts)}\``,
    2000,
  ));
}

function differencesOf(facts: CorsFacts): string[] {
  const { allowOrigins, allowOriginRegex, allowHeaders, allowCredentials, exposeHeaders } = facts;
  const headers = allowHeaders.filter((header) => !ALLOWED.has(header.toLowerCase()));
  return [
    ...allowOrigins.includes(ANY_ORIGIN) && allowOriginRegex === undefined ? [] : [`\`allow_origins\` ${JSON.stringify(allowOrigins)}`],
    ...allowOriginRegex === undefined ? [] : [`\`allow_origin_regex\` ${JSON.stringify(allowOriginRegex)}, whose origins have to be named`],
    ...allowCredentials ? ['`allow_credentials`'] : [],
    ...headers.length === 0 ? [] : [`\`allow_headers\` ${JSON.stringify(headers)}`],
    ...exposeHeaders.length === 0 ? [] : [`\`expose_headers\` ${JSON.stringify(exposeHeaders)}`],
  ];
}

/** The option that says the same. With credentials browsers take no `*`. */
function inTypeScript({ allowOrigins, allowHeaders, allowCredentials, exposeHeaders }: CorsFacts): string {
  const named = (values: readonly string[]): readonly string[] => (allowCredentials ? values.filter((value) => value !== '*') : values);
  const list = (name: string, values: readonly string[], always = false): string[] => (
    values.length === 0 && !always ? [] : [`${name}: [${values.map((value) => `'${value}'`).join(', ') || '…'}]`]
  );
  const headers = named(allowHeaders);
  return `{ ${[
    ...list('allowOrigins', named(allowOrigins), true),
    ...allowCredentials ? ['allowCredentials: true'] : [],
    ...headers.length === 0 ? [] : list('allowHeaders', [...headers, ...headers.includes('*') ? [] : [...ALLOWED].slice(3).filter((header) => !headers.some((one) => one.toLowerCase() === header))]),
    ...list('exposeHeaders', exposeHeaders),
  ].join(', ')} }`;
}
