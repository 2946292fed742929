import { isJsonObject, type Json } from './json';

/** The logical ids that a template value refers to, through `Ref`, `Fn::GetAtt` and `Fn::Sub`, in their order. */
export function references(value: Json | undefined): string[] {
  const found: string[] = [];
  collect(value, found);
  return found;
}

function collect(value: Json | undefined, found: string[]): void {
  if (Array.isArray(value)) {
    for (const inner of value) collect(inner, found);
  } else if (isJsonObject(value)) {
    for (const [key, inner] of Object.entries(value)) collectMember(key, inner, found);
  }
}

function collectMember(key: string, value: Json | undefined, found: string[]): void {
  if (key === 'Ref' && typeof value === 'string') {
    found.push(value);
  } else if (key === 'Fn::GetAtt') {
    found.push(Array.isArray(value) ? String(value[0]) : String(value).split('.')[0]);
  } else if (key === 'Fn::Sub') {
    const [text, variables] = Array.isArray(value) ? value : [value];
    for (const [, id] of String(text).matchAll(/\$\{([^!}.]+)(?:\.[^}]*)?\}/g)) found.push(id);
    collect(variables, found);
  } else {
    collect(value, found);
  }
}
