import type { Duration } from 'aws-cdk-lib';

/** Which web pages may call an API from a browser. */
export interface FastApiCorsOptions {
  /**
   * Origins as browsers send them, such as `https://www.example.com`, without a path, or `*` alone for every origin. An
   * empty list turns CORS off.
   *
   * @default ['*']
   */
  readonly allowOrigins?: string[];

  /**
   * Request headers that a page may send.
   *
   * @default ['authorization', 'content-type', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token']
   */
  readonly allowHeaders?: string[];

  /**
   * HTTP methods that a page may use.
   *
   * @default - every method of the resource (REST), every method (HTTP and function URL)
   */
  readonly allowMethods?: string[];

  /**
   * Response headers that a page may read.
   *
   * @default - those that every page may read
   */
  readonly exposeHeaders?: string[];

  /**
   * Whether a page may send cookies and credentials. Needs named origins: browsers refuse `*` with credentials.
   *
   * @default false
   */
  readonly allowCredentials?: boolean;

  /**
   * How long a browser may keep the answer to a preflight request: one day at most.
   *
   * @default Duration.minutes(10)
   */
  readonly maxAge?: Duration;
}
