import { entries, isJsonObject, member, stringMember, type Json, type JsonObject } from '../private/json';

/** What a name of a template stands for outside of it. */
interface Names {
  /** The logical id of a resource. */
  id(id: string): string;
  /** What a reference stands for, where it is no resource of the template: a parameter's value. */
  parameter(name: string): Json | undefined;
}

/**
 * The template with the resources of its nested stacks as its own: theirs have the id of the stack in front, parameters and outputs
 * are what they stand for. So an API finds its functions wherever they are.
 *
 * @param read gives the template of a nested stack by the last part of its URL
 */
export function withNestedStacks(body: Json, read: (file: string) => Json | undefined): Json {
  const own: [string, Json][] = [];
  const outputs = new Map<string, Json>();
  for (const [id, resource] of entries(member(body, 'Resources'))) {
    const file = stringMember(resource, 'Type') === 'AWS::CloudFormation::Stack' ? nestedFile(resource) : undefined;
    const nested = file === undefined ? undefined : read(file);
    if (nested === undefined) {
      own.push([id, resource]);
      continue;
    }
    const inner = withNestedStacks(nested, read);
    const ids = new Set(entries(member(inner, 'Resources')).map(([name]) => name));
    const names: Names = {
      id: (name) => (ids.has(name) ? `${id}/${name}` : name),
      parameter: (name) => member(resource, 'Properties', 'Parameters', name),
    };
    for (const [name, each] of entries(member(inner, 'Resources'))) own.push([`${id}/${name}`, renamed(each, names)]);
    for (const [name, output] of entries(member(inner, 'Outputs'))) outputs.set(`${id}.Outputs.${name}`, renamed(member(output, 'Value') ?? null, names));
  }
  const resources = Object.fromEntries(own.map(([id, resource]) => [id, resolved(resource, outputs)]));
  const values = Object.fromEntries(entries(member(body, 'Outputs')).map(([name, output]) => [name, resolved(output, outputs)]));
  return { ...(isJsonObject(body) ? body : {}), Resources: resources, Outputs: values };
}

/** `<hash>.json`, which the URL of a nested stack's template ends with. */
function nestedFile(resource: Json): string | undefined {
  return /([\w.-]+\.json)"[\]}]*$/.exec(JSON.stringify(member(resource, 'Properties', 'TemplateURL') ?? ''))?.[1];
}

function renamed(value: Json, names: Names): Json {
  return mapped(value, (reference) => {
    const id = stringMember(reference, 'Ref');
    if (id !== undefined) return names.parameter(id) ?? { Ref: names.id(id) };
    const [of, attribute] = attributeOf(reference);
    if (of !== undefined) return { 'Fn::GetAtt': [names.id(of), attribute] };
    return substituted(reference, (name) => {
      const [, first, rest] = /^([^.]+)(.*)$/.exec(name) ?? [];
      return names.parameter(name) ?? `\${${names.id(first)}${rest}}`;
    });
  });
}

/** Outputs of nested stacks, as what they are. */
function resolved(value: Json, outputs: ReadonlyMap<string, Json>): Json {
  return mapped(value, (reference) => {
    const [of, attribute] = attributeOf(reference);
    if (of !== undefined) return outputs.get(`${of}.${attribute}`) ?? reference;
    return substituted(reference, (name) => outputs.get(name) ?? `\${${name}}`);
  });
}

/** Replaces what refers to something, from the inside out. */
function mapped(value: Json, replace: (reference: JsonObject) => Json): Json {
  if (Array.isArray(value)) return value.map((each) => mapped(each, replace));
  if (!isJsonObject(value)) return value;
  return replace(Object.fromEntries(entries(value).map(([key, each]) => [key, mapped(each, replace)])));
}

/** Id and attribute of an `Fn::GetAtt`, which is written in two ways. */
function attributeOf(reference: JsonObject): [string, string] | [undefined, undefined] {
  const given = member(reference, 'Fn::GetAtt');
  const parts = typeof given === 'string' ? /^([^.]+)\.(.+)$/.exec(given)?.slice(1) : given;
  return Array.isArray(parts) && parts.length === 2 ? [String(parts[0]), String(parts[1])] : [undefined, undefined];
}

/** The text of an `Fn::Sub` with each of its names replaced, by a text or by a value that the text refers to. */
function substituted(reference: JsonObject, replace: (name: string) => Json): Json {
  const given = member(reference, 'Fn::Sub');
  if (given === undefined) return reference;
  const [text, variables] = Array.isArray(given) ? given : [given];
  const known = new Set(entries(variables).map(([name]) => name));
  const values: Record<string, Json> = Object.fromEntries(entries(variables));
  const replaced = String(text).replace(/\$\{([^!}]+)\}/g, (whole, name: string) => {
    if (known.has(name)) return whole;
    const value = replace(name);
    if (typeof value === 'string') return value;
    values[name.replace(/\W/g, '')] = value;
    return `\${${name.replace(/\W/g, '')}}`;
  });
  return { 'Fn::Sub': Object.keys(values).length === 0 ? replaced : [replaced, values] };
}
