import { describeAuthorizer } from './authorizers/authorizer';
import type { FunctionFleet } from './functions/function-fleet';
import type { Integration } from './gateway/integration';
import type { LocalApi } from './local-api';
import { matchRoute } from './route';

/** An API that is served. */
export interface ServedApi {
  /** `stack/logical id`. */
  readonly name: string;
  readonly stack: string;
  /** Key in the runtime configuration. */
  readonly key: string;
  readonly api: LocalApi;
  readonly url: string;
  readonly fleet: FunctionFleet;
}

/** What of a served API is shown. */
export interface ApiSummary {
  readonly name: string;
  readonly url: string;
  readonly kind: LocalApi['kind'];
  readonly stage: string;
  readonly key: string;
  /** URL of the app's documentation, where a route takes it. */
  readonly docs?: string;
  /** URLs below the base paths of custom domains, by domain. */
  readonly domains: Readonly<Record<string, string>>;
  readonly routes: readonly { readonly method: string; readonly path: string; readonly answeredBy: string; readonly authorizer: string }[];
}

/** The table of an API. */
export function summaryOf({ name, url, api, key }: ServedApi): ApiSummary {
  return {
    name,
    url,
    kind: api.kind,
    stage: api.stage,
    key,
    domains: Object.fromEntries(api.domains.map((domain) => [domain.name + domain.basePath, new URL(`${domain.basePath}/`, url).href])),
    docs: matchRoute(api.routes, 'GET', '/docs') === undefined ? undefined : `${url}docs`,
    routes: api.routes.map((route) => ({
      method: route.method,
      path: route.path,
      answeredBy: describeIntegration(route.integration),
      authorizer: describeAuthorizer(route.authorization.authorizer),
    })),
  };
}

function describeIntegration(integration: Integration): string {
  switch (integration.kind) {
    case 'lambda': return integration.functionId;
    case 'http': return integration.uri;
    case 'mock': return 'mock';
    case 'other': return integration.name;
  }
}
