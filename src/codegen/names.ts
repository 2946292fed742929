/** One rule of names: what an operation is called in one place of one language. */
export interface NameRule {
  /** The place, for messages. */
  readonly what: string;
  /** The name without regard to other operations. */
  convert(key: string): string;
}

/** The names of operations under one rule, and what had to give way. */
export interface Names {
  /** In the order of the keys. */
  readonly names: readonly string[];
  /** What to tell the user: of names that others had first. */
  readonly warnings: readonly string[];
}

/** Names of all operations: a name that an earlier operation has gets `_2`, `_3`, and so on. */
export function uniqueNames(keys: readonly string[], rule: NameRule): Names {
  const holders = new Map<string, string>();
  const warnings: string[] = [];
  const names = keys.map((key) => {
    const wanted = rule.convert(key);
    let name = wanted;
    for (let number = 2; holders.has(name); number += 1) name = `${wanted}_${number}`;
    if (name !== wanted) warnings.push(`${rule.what} \`${name}\` stands for \`${key}\`: \`${wanted}\` is \`${holders.get(wanted)}\` already`);
    holders.set(name, key);
    return name;
  });
  return { names, warnings };
}

/** Whether a key needs no quotes in an object literal. Reserved words need none. */
export function isPropertyName(key: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key);
}

const PYTHON_KEYWORDS = new Set([
  'and', 'as', 'assert', 'async', 'await', 'break', 'class', 'continue', 'def', 'del', 'elif', 'else', 'except', 'finally', 'for', 'from', 'global',
  'if', 'import', 'in', 'is', 'lambda', 'nonlocal', 'not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with', 'yield',
]);

/** `sayHello` as `say_hello`, `getV2Items` as `get_v2_items`, `HTTPServer` as `http_server`. */
function snakeCase(key: string): string {
  const words = key.normalize('NFKC')
    .replace(/([\p{Ll}\p{Nd}])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .toLowerCase().normalize('NFKC')
    .split(/[^\p{XID_Continue}]+|_+/u).filter((word) => word !== '');
  // Without a letter of its own the name is still one: no attribute begins with a digit, and a leading `_` is mangled.
  const name = words.join('_');
  return /^\p{XID_Start}/u.test(name) ? name : `op_${name}`.replace(/_$/, '');
}

/** An attribute of the Python class. */
export const PYTHON_ATTRIBUTE: NameRule = {
  what: 'attribute',
  convert: (key) => {
    const name = snakeCase(key);
    return PYTHON_KEYWORDS.has(name) ? `${name}_` : name;
  },
};

const JAVA_RESERVED = new Set([
  'abstract', 'assert', 'boolean', 'break', 'byte', 'case', 'catch', 'char', 'class', 'const', 'continue', 'default', 'do', 'double', 'else', 'enum',
  'extends', 'final', 'finally', 'float', 'for', 'goto', 'if', 'implements', 'import', 'instanceof', 'int', 'interface', 'long', 'native', 'new',
  'package', 'private', 'protected', 'public', 'return', 'short', 'static', 'strictfp', 'super', 'switch', 'synchronized', 'this', 'throw', 'throws',
  'transient', 'try', 'void', 'volatile', 'while', 'true', 'false', 'null', '_',
  // Methods without arguments that every object has.
  'hashCode', 'toString', 'getClass', 'notify', 'notifyAll', 'wait', 'clone', 'finalize',
]);

/** A method of the Java interface. */
export const JAVA_METHOD: NameRule = {
  what: 'method',
  convert: (key) => {
    const name = key.replace(/[^\p{L}\p{Nl}\p{Nd}\p{Sc}\p{Pc}\p{Mn}\p{Mc}]/gu, '_').replace(/^(?=[\p{Nd}\p{Mn}\p{Mc}])|^$/u, '_');
    return JAVA_RESERVED.has(name) ? `${name}_` : name;
  },
};

/** A constant of the Java enum. */
export const JAVA_CONSTANT: NameRule = {
  what: 'constant',
  convert: (key) => {
    const name = snakeCase(key).toUpperCase();
    // A few letters are several in upper case, and stay identifiers.
    return JAVA_METHOD.convert(name);
  },
};
