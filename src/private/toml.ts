/** A TOML value: dates stay `Date`. */
export type TomlValue = string | number | bigint | boolean | Date | TomlValue[] | TomlTable;

/** A TOML table. */
export interface TomlTable {
  [key: string]: TomlValue;
}

// smol-toml ships a CommonJS build, but types for its ES module only.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const smolToml: { parse(text: string): TomlTable; stringify(value: TomlTable): string } = require('smol-toml');

/** @throws Error where the text is not TOML */
export function parseToml(content: string): TomlTable {
  return smolToml.parse(content);
}

export function stringifyToml(value: TomlTable): string {
  return smolToml.stringify(value);
}

export function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
}

/** A table below a table, or an empty one. */
export function table(parent: TomlTable, ...names: string[]): TomlTable {
  let current: TomlTable = parent;
  for (const name of names) {
    const next = Object.hasOwn(current, name) ? current[name] : undefined;
    if (!isTable(next)) return {};
    current = next;
  }
  return current;
}

export function text(value: TomlValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The texts of an array; what is not text is left out. */
export function texts(value: TomlValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The tables of an array of tables. */
export function tables(value: TomlValue | undefined): TomlTable[] {
  return Array.isArray(value) ? value.filter(isTable) : [];
}
