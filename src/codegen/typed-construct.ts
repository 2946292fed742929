import type { ApiType } from '../operations/api-type';
import { operationKeys } from '../operations/operation-keys';
import type { Operations } from '../operations/operations';
import { FastApiError } from '../private/errors';

/** Where a generated construct finds its app. Paths have slashes and are relative: see `Language` for what they are relative to. */
export interface AppReference {
  readonly directory: string;
  readonly entrypoint?: string;
  /** The OpenAPI document in place of the one that the app makes. */
  readonly openApi?: string;
}

/** One operation of a typed construct. */
export interface TypedOperation {
  /** The name by which the core knows it: the bare one where it is unambiguous. */
  readonly key: string;
  /** `METHOD /path` as the app declares it. */
  readonly route: string;
  readonly summary?: string;
}

/** What a typed construct is written from. */
export interface TypedConstruct {
  /** Name of its class. */
  readonly name: string;
  readonly apiType: ApiType;
  readonly app: AppReference;
  /** Whether its operations are those of an API with a catch-all route. */
  readonly catchAll: boolean;
  /** In the order of the document. */
  readonly operations: readonly TypedOperation[];
}

/** Names that generated files import or use: a class of one of these names would stand in its own way. */
const USED = new Set([
  'Any', 'Array', 'Base', 'Boolean', 'Callable', 'ClassVar', 'Concatenate', 'Construct', 'Consumer', 'Error', 'Exclude', 'Function', 'Generic',
  'IllegalStateException', 'Integer', 'Integration', 'Integrations', 'LinkedHashMap', 'List', 'Map', 'Mapping', 'NewType', 'None', 'Object', 'Omit',
  'Operation', 'Operations', 'Override', 'ParamSpec', 'Partial', 'Path', 'Record', 'Sequence', 'String', 'True', 'False', 'Type', 'TypeVar', 'Void',
]);

/** The library's own names in generated files. */
const OWN = new RegExp(
  '^(RestApi|HttpApi|FastApi(App|RestApi|HttpApi|StreamingFunctionUrl)(Options|Props)?|OpenApiSource|GrantInvokeOptions' +
  '|(Bound|Default)?(Rest|Http)(Api)?(Auth|Class|CognitoAuthOptions|Integrations?|IntegrationBuilder|IntegrationsOptions|Props))$',
);

/**
 * What a typed construct of these operations is written from.
 *
 * @throws FastApiError where no class can have the name, or an operation cannot be served
 */
export function typedConstruct(all: Operations, { name, apiType, app, catchAll }: Omit<TypedConstruct, 'operations'>): TypedConstruct {
  checkConstructName(name);
  const operations = [...operationKeys(all.orThrow())].map(([{ method, path, summary }, key]) => ({ key, route: `${method} ${path}`, summary }));
  return { name, apiType, app, catchAll, operations };
}

/** Refuses a name that no class of a generated file can have. */
export function checkConstructName(name: string): void {
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
    throw new FastApiError(`\`--name\` must be the name of a class, an upper-case letter and then letters and digits, got: ${name}; for example MyApi`);
  }
  if (usedByConstructs(name)) {
    throw new FastApiError(`\`--name\` must not be a name that the generated file uses itself, got: ${name}; for example MyApi`);
  }
}

/** Whether a construct's file uses this name itself. */
export function usedByConstructs(name: string): boolean {
  return USED.has(name) || OWN.test(name);
}
