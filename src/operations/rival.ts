import { pathLanguage } from './arn';
import type { Language } from './language';
import type { Operation } from './operation';
import { parseTemplate, type PathTemplate } from './path-template';
import type { AppFacts } from '../openapi/route-facts';
import { ROUTE_METHODS } from '../private/http-methods';

/** A path of the app that may match requests which API Gateway routes to another operation. */
export interface Rival {
  /** `undefined` for a mounted application, which serves every method. */
  readonly method?: string;
  /** Method and path, as messages and guards write them; the path alone for a mounted application. */
  readonly guard: string;
  readonly template: PathTemplate;
  readonly language: Language;
  /** Position among all routes of the app; `undefined` if the document does not have it. */
  readonly order?: number;
  /** Undefined for a hidden route and for a mounted application. */
  readonly operation?: Operation;
}

/** The paths of operations. */
export function operationRivals(operations: readonly Operation[]): Rival[] {
  return operations.flatMap((operation) => operation.templates.map((template, index) => ({
    method: operation.method, guard: operation.guards[index], template, language: pathLanguage(template), order: operation.orders[index], operation,
  }))).filter(({ method }) => ROUTE_METHODS.includes(method));
}

/** The paths of hidden routes and mounted applications, which the app serves and its document does not contain. */
export function unlistedRivals({ hidden, mounts }: AppFacts): Rival[] {
  const routes = hidden.flatMap(({ path, methods, order }) => {
    const { format, template } = withoutConverters(path);
    const language = pathLanguage(template);
    return methods.filter((method) => ROUTE_METHODS.includes(method)).map((method) => ({ method, guard: `${method} ${format}`, template, language, order }));
  });
  return [...routes, ...mounts.filter(({ path }) => path !== '').map(({ path, order }) => {
    const { template } = withoutConverters(`${path === '/' ? '' : path}/{path:path}`);
    return { guard: path, template, language: pathLanguage(template), order };
  })];
}

/** Removes the converters from the path of a hidden route, such as `/files/{p:path}`, and parses it. */
function withoutConverters(path: string): { readonly format: string; readonly template: PathTemplate } {
  const converters = new Map<string, string>();
  const format = path.replace(/\{(\w+):(\w+)\}/g, (_, name: string, converter: string) => {
    converters.set(name, converter);
    return `{${name}}`;
  });
  return { format, template: parseTemplate(format, converters) };
}
