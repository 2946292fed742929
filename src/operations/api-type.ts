import { type Limit, LIMITS } from '../private/limits';

/** The kind of API Gateway API that operations are deployed to. */
export type ApiType = 'rest' | 'http';

/** What tells the types of APIs apart where operations are concerned. What their constructs do differently stands in their own rooms. */
export interface ApiTypeTraits {
  /** As names of classes have it: `FastApiRestApi`. */
  readonly className: 'Rest' | 'Http';
  /** As sentences have it. */
  readonly title: 'REST' | 'HTTP';
  /** Whether routes are a tree of resources, in which a parent has one variable child; else each route stands alone under its key. */
  readonly tree: boolean;
  /** Whether an answer can reach the caller before it is complete. */
  readonly streams: boolean;
  /** Whether the API can have a resource policy. */
  readonly resourcePolicy: boolean;
  /** The quota of what a route takes. */
  readonly routeQuota: Limit;
}

export const API_TYPES: Readonly<Record<ApiType, ApiTypeTraits>> = {
  rest: { className: 'Rest', title: 'REST', tree: true, streams: true, resourcePolicy: true, routeQuota: LIMITS.restResources },
  http: { className: 'Http', title: 'HTTP', tree: false, streams: false, resourcePolicy: false, routeQuota: LIMITS.httpRoutes },
};

/** The types by the names that commands take. */
export const API_TYPE_NAMES = Object.keys(API_TYPES);
