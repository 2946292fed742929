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
  const { securitySchemes = {}, ...shared } = components as Members;
  const kinds = new Map(Object.entries(securitySchemes as Members).map(([name, scheme]) => [name, kindOf(scheme as Members)]));
  const integrations = (shared['x-amazon-apigateway-integrations'] ?? {}) as Members;
  const routes = Object.entries(paths as Record<string, Members>).flatMap(([path, { parameters: common, ...item }]) => Object.entries(item).map(([method, value]) => {
    const operation = value as Members;
    const given = operation['x-amazon-apigateway-integration'] as Members;
    const reference = String(given.$ref ?? '').replace('#/components/x-amazon-apigateway-integrations/', '');
    const security = ((operation.security ?? []) as Members[]).map((requirement) => Object.fromEntries(Object.entries(requirement).map(([name, scopes]) => [kinds.get(name) ?? name, scopes])));
    const declared = [...(common ?? []) as Members[], ...(operation.parameters ?? []) as Members[]].filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    return [`${method} ${path}`, { integration: integrations[reference] ?? given, security, ...(kind === 'http' && { parameters: declared }) }];
  }));
  const { title, description = null } = info as Members;
  return new Map(leaves({
    document: { ...settings, title, description },
    routes: Object.fromEntries(routes),
    schemes: Object.fromEntries(Object.entries(securitySchemes as Members).map(([name, scheme]) => [kinds.get(name)!, scheme])),
    beside,
  }));
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
  const [[key, inner], ...more] = Object.entries(value).length > 0 ? Object.entries(value) : [['', null]];
  if (more.length > 0) return undefined;
  if (key === '') return '{}';
  if (key === 'Ref') return plain(`\${${String(inner)}}`);
  if (key === 'Fn::GetAtt') return plain(`\${${(inner as string[]).join('.')}}`);
  if (key === 'Fn::Join') return plain((inner as [string, Json[]])[1].map((part) => textOf(part)).join((inner as [string, Json[]])[0]));
  if (key !== 'Fn::Sub') return undefined;
  const [text, variables] = Array.isArray(inner) ? inner as [string, Members] : [String(inner), {}];
  return plain(Object.entries(variables).reduce((done, [name, by]) => done.replaceAll(`\${${name}}`, textOf(by) ?? ''), text));
}

/** SAM writes the partition of most countries, and both have their own logical ids. */
function plain(text: string): string {
  return text.replace(/^arn:\$\{AWS::Partition\}:/, 'arn:aws:').replace(/\$\{(?!AWS::)[A-Za-z0-9]+\.Arn\}/g, '<arn>');
}
