/** A value as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

type Members = Record<string, Json>;

/**
 * What the resource of an API says, as texts by their place. The same in both forms of saying it: schemes have the name of
 * their kind, functions and pools that of their type, and each member of an object is a place of its own.
 *
 * @param properties of the `RestApi` or the `Api`, `Body` among them
 */
export function viewOf(properties: Members, kind: 'rest' | 'http'): Map<string, string> {
  const { Body, ...beside } = properties;
  const { paths, components = {}, info, ...settings } = Body as Members;
  const { securitySchemes = {}, 'x-amazon-apigateway-integrations': integrations = {} } = components as Record<string, Members>;
  const kinds = new Map(Object.entries(securitySchemes).map(([name, scheme]) => [name, kindOf(scheme as Members)]));
  const routes = Object.entries(paths as Record<string, Members>).flatMap(([path, { parameters: common, ...item }]) => (
    Object.entries(item as Record<string, Members>).map(([method, operation]) => {
      const given = operation['x-amazon-apigateway-integration'] as Members;
      const shared = integrations[String(given.$ref ?? '').replace('#/components/x-amazon-apigateway-integrations/', '')];
      const security = ((operation.security ?? []) as Members[]).map((requirement) => renamed(requirement, kinds));
      const parameters = [...(common ?? []) as Members[], ...(operation.parameters ?? []) as Members[]].filter((parameter) => parameter.in === 'path');
      return [`${method} ${path}`, { integration: shared ?? given, security, ...(kind === 'http' && { parameters: parameters.map(({ name }) => name) }) }];
    })
  ));
  const { title, description = null } = info as Members;
  return new Map(leaves({
    document: { ...settings, title, description },
    routes: Object.fromEntries(routes),
    schemes: renamed(securitySchemes, kinds),
    beside,
  }));
}

/** The same members by the kinds of the schemes that name them. */
function renamed(members: Members, kinds: ReadonlyMap<string, string>): Members {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [kinds.get(name) ?? name, value]));
}

/** `token`, `jwt`, `awsSigv4`. */
function kindOf(scheme: Members): string {
  const authorizer = scheme['x-amazon-apigateway-authorizer'] as Members | undefined;
  return String(authorizer?.type ?? scheme['x-amazon-apigateway-authtype'] ?? scheme.name);
}

function* leaves(value: Json, place = ''): Generator<[string, string]> {
  const text = textOf(value);
  if (text !== undefined) yield [place, text];
  else for (const [key, inner] of Object.entries(value as Members)) yield* leaves(inner, place === '' ? key : `${place} ${key}`);
}

/** A value that is no object, or what stands for a text that only the deployment knows. */
function textOf(value: Json): string | undefined {
  if (Array.isArray(value)) return JSON.stringify(value.map((inner) => textOf(inner) ?? Object.fromEntries(leaves(inner))));
  if (typeof value !== 'object' || value === null) return String(value);
  const [[key, inner] = [undefined, null], ...more] = Object.entries(value);
  if (more.length > 0) return undefined;
  if (key === undefined) return '{}';
  if (key === 'Ref') return plain(`\${${String(inner)}}`);
  if (key === 'Fn::GetAtt') return plain(`\${${(inner as string[]).join('.')}}`);
  if (key === 'Fn::Select') return PARTS_OF_ARN.get((inner as [number, Json])[0]);
  if (key === 'Fn::Join') return plain((inner as [string, Json[]])[1].map((part) => textOf(part)).join((inner as [string, Json[]])[0]));
  if (key !== 'Fn::Sub') return undefined;
  const [text, variables] = Array.isArray(inner) ? inner as [string, Members] : [String(inner), {}];
  return plain(Object.entries(variables).reduce((done, [name, by]) => done.replaceAll(`\${${name}}`, textOf(by) ?? ''), text));
}

/** The CDK takes partition and region of a function from its ARN. */
const PARTS_OF_ARN = new Map([[1, 'aws'], [3, '${AWS::Region}']]);

/** SAM writes the partition of most countries, and both have their own logical ids. */
function plain(text: string): string {
  return text.replace(/^arn:\$\{AWS::Partition\}:/, 'arn:aws:').replaceAll('${AWS::Partition}', 'aws').replace(/\$\{(?!AWS::)[A-Za-z0-9]+\.Arn\}/g, '<arn>')
    .replace(/\$\{(Pool|PoolClient|Client)[0-9A-F]{0,8}\}/g, (_whole, name: string) => (name === 'Pool' ? '<pool>' : '<client>'));
}
