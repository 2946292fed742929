import { Duration, Lazy } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import type { FastApiCorsOptions } from './cors-options';
import { ANY_ORIGIN, checkOrigin, distributionOrigins } from './origin';
import { checkStruct } from '../private/check-struct';
import { FastApiError } from '../private/errors';
import { ROUTE_METHODS } from '../private/http-methods';

/** The headers of a browser that signs its requests (SigV4), and `content-type`, which every JSON client sends. */
export const DEFAULT_CORS_HEADERS = ['authorization', 'content-type', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'];


/** The longest `maxAge` that function URLs and HTTP APIs accept. */
const MAX_AGE = Duration.days(1);

/**
 * Which pages may call one API. `restrictCorsTo` may change the origins after the constructs were created,
 * so everything that is rendered from the origins is lazy.
 */
export class CorsPolicy {
  /**
   * The policy of an API; `undefined` if CORS is off.
   *
   * @param scope the construct that messages belong to
   */
  public static of(scope: Construct, options: FastApiCorsOptions = {}): CorsPolicy | undefined {
    checkStruct(options, { subject: '`cors`', sources: [{ file: 'access/cors-options' }] });
    return options.allowOrigins?.length === 0 ? undefined : new CorsPolicy(scope, options);
  }

  public readonly allowHeaders: string[];
  public readonly exposeHeaders: string[];
  public readonly allowCredentials: boolean;
  public readonly maxAge: Duration;

  private readonly methods?: string[];
  private sources: (string | cloudfront.IDistribution)[];
  private restricted = false;

  private constructor(scope: Construct, options: FastApiCorsOptions) {
    this.allowCredentials = options.allowCredentials ?? false;
    this.sources = checkOrigins(options.allowOrigins ?? [ANY_ORIGIN], 'allowOrigins');
    this.allowHeaders = this.checkNames(options.allowHeaders ?? DEFAULT_CORS_HEADERS, 'allowHeaders');
    this.exposeHeaders = this.checkNames(options.exposeHeaders ?? [], 'exposeHeaders');
    this.methods = options.allowMethods && this.checkMethods(options.allowMethods);
    this.maxAge = checkMaxAge(options.maxAge ?? Duration.minutes(10));
    if (options.allowOrigins && this.allowCredentials && this.sources.includes(ANY_ORIGIN)) throw new FastApiError(credentialsProblem());
    scope.node.addValidation({ validate: () => (this.allowCredentials && this.origins().includes(ANY_ORIGIN) ? [credentialsProblem()] : []) });
  }

  /** Allows pages of these origins and of those in earlier calls, instead of the origins in `cors`. */
  public restrictTo(origins: (string | cloudfront.IDistribution)[]): void {
    if (origins.length === 0) {
      throw new FastApiError('`restrictCorsTo` needs at least one origin, got: none; `cors: { allowOrigins: [] }` turns CORS off');
    }
    const added = checkOrigins(origins, 'restrictCorsTo');
    if (added.includes(ANY_ORIGIN)) throw new FastApiError('`restrictCorsTo` must name origins, got: "*"; without a call every origin is allowed');
    this.sources = this.restricted ? [...this.sources, ...added] : added;
    this.restricted = true;
  }

  /** The current origins. Call it when the template is rendered, because `restrictCorsTo` may change them before. */
  public origins(): string[] {
    return [...new Set(this.sources.flatMap((source) => (typeof source === 'string' ? [source] : distributionOrigins(source))))];
  }

  /**
   * Methods that a page may use, in upper case.
   *
   * @param fallback the methods if the user specified none
   */
  public allowMethods(fallback: string[]): string[] {
    const methods = this.methods ?? fallback;
    // For a request with credentials, browsers read `*` as the name of a method.
    return this.allowCredentials && methods.includes('*') ? [...ROUTE_METHODS] : methods;
  }

  /**
   * Environment variables by which the shim adds CORS headers to responses that have none, including its
   * own errors.
   */
  public environment(): Record<string, string> {
    return {
      CDK_FASTAPI_CORS_ALLOW_ORIGINS: Lazy.string({ produce: () => this.origins().join(',') }),
      ...(this.exposeHeaders.length > 0 && { CDK_FASTAPI_CORS_EXPOSE_HEADERS: this.exposeHeaders.join(',') }),
      ...(this.allowCredentials && { CDK_FASTAPI_CORS_ALLOW_CREDENTIALS: 'true' }),
    };
  }

  private checkNames(names: string[], property: string): string[] {
    for (const name of names) {
      const wildcard = name === '*' && !this.allowCredentials;
      if (!wildcard && !/^[A-Za-z0-9_-]+$/.test(name)) {
        throw new FastApiError(
          `\`${property}\` must be names of headers${this.allowCredentials ? ', and with `allowCredentials` not `*`' : ' or `*`'}, got: ${JSON.stringify(name)}`,
        );
      }
    }
    return names;
  }

  private checkMethods(methods: string[]): string[] {
    const upper = methods.map((method) => method.toUpperCase());
    const wrong = upper.find((method) => method !== '*' && !ROUTE_METHODS.includes(method));
    if (upper.length === 0 || wrong !== undefined) {
      throw new FastApiError(`\`allowMethods\` must be of ${ROUTE_METHODS.join(', ')} or \`*\`, got: ${JSON.stringify(wrong ?? [])}`);
    }
    return upper;
  }
}

function checkOrigins(origins: (string | cloudfront.IDistribution)[], property: string): (string | cloudfront.IDistribution)[] {
  const checked = origins.map((origin) => (typeof origin !== 'string' || origin === ANY_ORIGIN ? origin : checkOrigin(origin, property)));
  if (checked.includes(ANY_ORIGIN) && checked.length > 1) {
    throw new FastApiError(`\`${property}\` must be \`*\` alone or named origins, got: ${JSON.stringify(origins.filter((origin) => typeof origin === 'string'))}`);
  }
  return checked;
}

function checkMaxAge(maxAge: Duration): Duration {
  if (!maxAge.isUnresolved() && maxAge.toSeconds({ integral: false }) > MAX_AGE.toSeconds()) {
    throw new FastApiError(`\`maxAge\` of \`cors\` must be one day at most, got: ${maxAge.toHumanString()}`);
  }
  return maxAge;
}

function credentialsProblem(): string {
  return '`allowCredentials` needs named origins, got: "*"; browsers refuse it. Name them in `allowOrigins` or call `restrictCorsTo`';
}
