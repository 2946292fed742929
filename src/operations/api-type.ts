import { type Limit, LIMITS } from '../private/limits';

/** The kind of API Gateway API that operations are deployed to. */
export type ApiType = 'rest' | 'http';

/** The differences between REST and HTTP APIs that matter for operations. Those of their constructs are in `src/rest-api` and `src/http-api`. */
export interface ApiTypeTraits {
  /** The type in names of classes, such as `FastApiRestApi`. */
  readonly className: 'Rest' | 'Http';
  /** The type in messages. */
  readonly title: 'REST' | 'HTTP';
  /** Whether routes are a tree of resources, in which a parent has one variable child. Otherwise routes are independent of each other. */
  readonly tree: boolean;
  /** Whether the API supports response streaming. */
  readonly streams: boolean;
  /** Whether the API can have a resource policy. */
  readonly resourcePolicy: boolean;
  /** The quota that limits the number of routes. */
  readonly routeQuota: Limit;
}

export const API_TYPES: Readonly<Record<ApiType, ApiTypeTraits>> = {
  rest: { className: 'Rest', title: 'REST', tree: true, streams: true, resourcePolicy: true, routeQuota: LIMITS.restResources },
  http: { className: 'Http', title: 'HTTP', tree: false, streams: false, resourcePolicy: false, routeQuota: LIMITS.httpRoutes },
};

/** The names of the types, as the command line accepts them. */
export const API_TYPE_NAMES = Object.keys(API_TYPES);
