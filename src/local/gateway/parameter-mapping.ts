import { headerValues, queryValues, type LocalRequest } from '../local-request';

/** What expressions may speak of beside the request. */
export interface MappingContext {
  /** Path parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** Of `$context`, by name. */
  readonly context: Readonly<Record<string, string>>;
}

/** A request as an integration gets it. */
export interface MappedRequest {
  readonly headers: LocalRequest['headers'];
  readonly rawQuery: string;
  /** By which names in the address are replaced. */
  readonly path: Readonly<Record<string, string>>;
  /** In place of the path of the address. */
  readonly wholePath?: string;
}

/**
 * Carries out the parameter mapping of an integration: `integration.request.header.X` of a REST API, `append:header.x`
 * of an HTTP API.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export function mapRequest(mapping: Readonly<Record<string, string>>, request: LocalRequest, known: MappingContext): MappedRequest {
  let headers: (readonly [string, string])[] = [...request.headers];
  const query = new URLSearchParams(request.rawQuery);
  let changed = false;
  const path: Record<string, string> = { ...known.parameters };
  let wholePath: string | undefined;
  for (const [target, expression] of Object.entries(mapping)) {
    const [, operation, place, name = ''] = /^(?:integration\.request\.|(append|overwrite|remove):)(header|querystring|path)(?:\.(.+))?$/.exec(target) ?? [];
    const value = operation === 'remove' ? undefined : valueOf(expression, request, known);
    if (place === undefined || (value === undefined && operation !== 'remove')) continue;
    const replaces = operation !== 'append';
    if (place === 'header') {
      if (replaces) headers = headers.filter(([each]) => each.toLowerCase() !== name.toLowerCase());
      if (value !== undefined) headers.push([name, value]);
    } else if (place === 'querystring') {
      changed = true;
      if (replaces) query.delete(name);
      if (value !== undefined) query.append(name, value);
    } else if (value !== undefined && name !== '') {
      path[name] = value;
    } else {
      wholePath = value;
    }
  }
  return { headers, rawQuery: changed ? query.toString() : request.rawQuery, path, wholePath };
}

function valueOf(expression: string, request: LocalRequest, known: MappingContext): string | undefined {
  const quoted = /^'(.*)'$/s.exec(expression);
  if (quoted !== null) return quoted[1];
  const whole = reference(expression, request, known);
  if (whole.isReference) return whole.value;
  // HTTP APIs take text around references.
  return expression.replace(/\$\{([\w.-]+)\}/g, (_all, name: string) => reference(`$${name}`, request, known).value ?? '');
}

/** What an expression names; `isReference` tells a name without a value from text. */
function reference(expression: string, request: LocalRequest, known: MappingContext): { readonly isReference: boolean; readonly value?: string } {
  const [, place, name = ''] = /^(method\.request\.\w+|\$request\.\w+|\$?stageVariables|\$?context)\.?(.+)?$/.exec(expression) ?? [];
  switch (place?.replace(/^(method\.|\$)/, '')) {
    case 'request.header': return { isReference: true, value: headerValues(request).get(name.toLowerCase())?.join(',') };
    case 'request.querystring': return { isReference: true, value: queryValues(request).get(name)?.join(',') };
    case 'request.path': return { isReference: true, value: name === '' ? request.rawPath : known.parameters[name] };
    case 'stageVariables': return { isReference: true, value: known.stageVariables[name] };
    case 'context': return { isReference: true, value: known.context[name] };
    default: return { isReference: false };
  }
}
