import type { OpenApiDocument } from '../openapi/document';
import type { Issue } from '../openapi/issue';
import type { HiddenRoute } from '../openapi/route-facts';
import { ROUTE_METHODS } from '../private/http-methods';
import { isJsonObject, member } from '../private/json';

/** Names of the documentation routes that FastAPI adds to an app. */
const DOCUMENTATION = new Set(['openapi', 'swagger_ui_html', 'swagger_ui_redirect', 'redoc_html']);

const CATCH_ALL = 'set `catchAll: true`, with which one function serves it';

/**
 * Reports the paths that the app serves and the API does not: they work under uvicorn, but API Gateway answers 403 or 404.
 */
export function unservedIssues(document: OpenApiDocument, catchAll: boolean): Issue[] {
  const { hidden, mounts, websockets, rootPath } = document.facts;
  const pages = hidden.filter(({ name }) => DOCUMENTATION.has(name ?? ''));
  const routes = hidden.filter((route) => !pages.includes(route));
  return [
    ...websockets.map(({ path, name }) => unserved('is a websocket, which REST and HTTP APIs do not carry', 'serve it elsewhere, such as by a WebSocket API or a container', { path, operation: name })),
    ...catchAll ? [] : [
      ...routes.map((route) => unserved('is not in the document of the app (`include_in_schema=False`)', `put it there, or ${CATCH_ALL}`, placeOf(route))),
      ...mounts.map(({ path, name }) => unserved('is a mounted application', CATCH_ALL, { path: path || '/', operation: name })),
      ...pages.length === 0 ? [] : [{
        ...unserved(`the documentation pages of the app are not served: ${pages.map(({ path }) => path).join(', ')}`, CATCH_ALL, {}), severity: 'info' as const,
      }],
    ],
    ...methodIssues(document),
    ...prefixIssues(document, rootPath),
  ];
}

function unserved(what: string, remedy: string, place: Pick<Issue, 'operation' | 'method' | 'path'>): Issue {
  return { severity: 'warning', rule: 'not-served', message: place.path === undefined ? what : `the deployed API does not serve it: it ${what}`, remedy, ...place };
}

function placeOf({ path, methods, name }: HiddenRoute): Pick<Issue, 'operation' | 'method' | 'path'> {
  return { path, operation: name, method: methods.join(', ') || undefined };
}

/** Reports operations of the method `query`, which FastAPI writes even into documents of OpenAPI versions without it. */
function methodIssues({ content }: OpenApiDocument): Issue[] {
  if (content.openapi.startsWith('3.2')) return [];
  return Object.entries(content.paths ?? {}).flatMap(([path, item]) => Object.entries(item ?? {})
    .filter(([key, value]) => key === 'query' && isJsonObject(value))
    .map(([key, value]) => unserved('has a method that API Gateway does not route', `use one of ${[...ROUTE_METHODS].join(', ')} in the app`, {
      path, method: key.toUpperCase(), operation: text(member(value, 'operationId')),
    })));
}

/** Warns of a prefix that a proxy removes in front of uvicorn, because API Gateway removes only its stage or base path. */
function prefixIssues({ content }: OpenApiDocument, rootPath: string | undefined): Issue[] {
  const servers = (content.servers ?? []).map(({ url }) => pathOf(url)).filter((path) => path !== '');
  const said = rootPath ? { what: '`root_path` of the app', value: rootPath } : servers.length > 0 ? { what: '`servers` of the document', value: servers[0] } : undefined;
  if (said === undefined) return [];
  return [{
    severity: 'warning',
    rule: 'prefix',
    message: `the routes of the deployed API do not begin with the prefix that ${said.what} says, got: ${said.value}`,
    remedy: 'put it on the routes (`include_router(router, prefix=…)`), map a domain with that base path, or leave it out of the app',
  }];
}

/** The path of a server's URL, without its parameters' values. */
function pathOf(url: string): string {
  const path = /^(?:[a-z][\w+.-]*:\/\/[^/]*)?(\/[^?#]*)?/i.exec(url)?.[1] ?? '';
  return path.replace(/\/+$/, '');
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
