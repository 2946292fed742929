import { CfnResource, Token, Tokenization } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { FastApiError } from '../private/errors';

/** Pages of every origin. */
export const ANY_ORIGIN = '*';

/**
 * Scheme, host, port. Excludes quotes, `$`, `#`, commas and spaces, because origins are written to mapping
 * templates, header values and environment variables.
 */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/;

/** The characters that may surround a deploy-time value. */
const ORIGIN_PART = /^[a-z0-9+._:/[\]-]*$/;

/**
 * An origin as browsers send it, or an error that says how it should be written.
 *
 * @param origin `scheme://host[:port]`; deploy-time values are allowed in it
 * @param property the property for messages
 */
export function checkOrigin(origin: string, property: string): string {
  if (typeof origin === 'string' && Token.isUnresolved(origin)) {
    if (ORIGIN_PART.test(literalsOf(origin))) return origin;
  } else if (isOrigin(origin)) {
    return origin;
  }
  const better = normalized(origin);
  throw new FastApiError(
    `\`${property}\` must be \`scheme://host\` or \`scheme://host:port\` as browsers send it, got: ${JSON.stringify(origin)}`
    + (better && better !== origin && ORIGIN.test(better) ? `; write ${JSON.stringify(better)}` : '; leave out path, user, wildcard and the scheme\'s own port'),
  );
}

/** Whether a literal text is an origin as browsers send it. */
export function isOrigin(text: string): boolean {
  return ORIGIN.test(text) && normalized(text) === text;
}

/** Whether an origin is that of a page of the same machine. */
export function isLoopback(origin: string): boolean {
  return /^[a-z]+:\/\/(localhost|[a-z0-9.-]+\.localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(origin);
}

/** A text without its deploy-time values. */
function literalsOf(text: string): string {
  const literals = Tokenization.reverseString(text).mapTokens({ mapToken: () => '' });
  return String(literals.join({ join: (left: unknown, right: unknown) => `${left ?? ''}${right ?? ''}` }));
}

/** The origin of a URL: lower case, without default port, path and query; `undefined` if the text is no URL. */
function normalized(origin: string): string | undefined {
  if (!URL.canParse(origin)) return undefined;
  const url = new URL(origin);
  return url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
}

/**
 * The origins of the pages that a CloudFront distribution serves. Its aliases come first, because people use
 * those names; they are known if the distribution is created in this app. An alias with a wildcard is left out,
 * because it names no single origin.
 */
export function distributionOrigins(distribution: cloudfront.IDistribution): string[] {
  const aliases = distributionAliases(distribution).filter((alias) => Token.isUnresolved(alias) || !alias.startsWith('*.'));
  return [...aliases, distribution.distributionDomainName]
    .map((name) => checkOrigin(`https://${Token.isUnresolved(name) ? name : name.toLowerCase()}`, 'restrictCorsTo'));
}

function distributionAliases(distribution: cloudfront.IDistribution): string[] {
  const resource = distribution.node.defaultChild;
  if (!resource || !CfnResource.isCfnResource(resource) || resource.cfnResourceType !== 'AWS::CloudFront::Distribution') return [];
  // The type was just checked; `instanceof` would miss the class of another copy of the CDK.
  const config = (resource as cloudfront.CfnDistribution).distributionConfig;
  return 'aliases' in config && Array.isArray(config.aliases) ? config.aliases : [];
}
