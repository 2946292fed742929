import { closest, distance } from 'fastest-levenshtein';
import { type DeclaredProperties, declaredProperties, type StructSource } from './declared-struct';
import { FastApiError } from './errors';
import { printable } from './printable';

/** What is checked, and how it is said. */
export interface StructCheck {
  /** Whose properties they are, for messages. */
  readonly subject: string;
  readonly sources: readonly StructSource[];
  /** What helps, by property or by type, in place of the words for its kind. */
  readonly remedies?: Readonly<Record<string, string>>;
  /** Values of enumerations, by the name of their type. */
  readonly enums?: Readonly<Record<string, object>>;
  /** What is done about a name that is like none; an error by default. */
  readonly onUnknown?: (message: string) => void;
}

/** Types of the CDK and of this library that no text, number or truth value stands for. */
const OBJECTS = /^(\w+\.)?(I[A-Z]\w*|Runtime|Architecture|FunctionOptions|PythonBundling|OpenApiSource|OperationGroups|FastApi\w+|RestApiAuth|HttpApiAuth|Telemetry|VpcConfig|SubnetSelection)$/;

/**
 * Refuses what no compiler has looked at, as in plain JavaScript, in one sentence and before anything is made of it: a name that
 * the structs do not declare, with the nearest that they do, and a value of another kind than declared.
 */
export function checkStruct(value: unknown, check: StructCheck): void {
  const declared = declaredProperties(check.sources);
  if (value === undefined || value === null) return requireAll({}, declared, check);
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new FastApiError(`properties of ${check.subject} must be an object, got: ${inWords(value)}; write them by name: \`{ name: value }\``);
  }
  if (declared === undefined) return;
  for (const [name, given] of Object.entries(value)) {
    const property = declared.get(name);
    if (property === undefined) refuseName(name, given, declared, check);
    else if (given !== undefined && given !== null) checkValue(name, given, property.type, check);
  }
  requireAll(value, declared, check);
}

function requireAll(value: object, declared: DeclaredProperties | undefined, { subject }: StructCheck): void {
  const given = new Map(Object.entries(value));
  for (const [name, { required, type }] of declared ?? []) {
    if (required && (given.get(name) ?? undefined) === undefined) throw new FastApiError(`\`${name}\` of ${subject} must be given, got: nothing; it is ${kindOf(type)}`);
  }
}

/** A type as a message says it. */
function kindOf(type: string): string {
  if (type === 'string') return 'a text';
  return type.endsWith('[]') ? `a list of ${kindOf(type.slice(0, -2)).replace(/^an? /, '')}` : article(type);
}

function refuseName(name: string, given: unknown, declared: DeclaredProperties, { subject, onUnknown }: StructCheck): void {
  const near = nearest(name, [...declared.keys()]);
  const message = `${subject} has no property \`${printable(name, 80)}\`, got: ${inWords(given)}; `;
  if (near !== undefined) throw new FastApiError(`${message}\`${near}\` is meant`);
  if (onUnknown === undefined) throw new FastApiError(`${message}it has ${[...declared.keys()].join(', ')}`);
  onUnknown(`${message}leave it out`);
}

/** The name that was meant: the same but for case and signs, part of it, or a few letters apart. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const wanted = plain(name);
  const same = names.find((each) => plain(each) === wanted) ?? (wanted.length > 4 ? names.find((each) => plain(each).startsWith(wanted)) : undefined);
  if (same !== undefined || names.length === 0) return same;
  const near = closest(name, names as string[]); // It changes nothing of the list.
  return near.length > 4 && distance(wanted, plain(near)) <= 2 ? near : undefined;
}

function checkValue(name: string, given: unknown, type: string, { subject, remedies = {}, enums = {} }: StructCheck): void {
  // A value that is known at deployment stands for any kind; a package of another version may have made it.
  if (typeof given === 'object' && 'resolve' in given! && !type.startsWith('Duration')) return;
  const wrong = (wanted: string, remedy = remedies[name] ?? remedies[type]): never => {
    throw new FastApiError(`\`${name}\` of ${subject} must be ${wanted}, got: ${inWords(given)}${remedy === undefined ? '' : `; ${remedy}`}`);
  };
  const plain = type.replace(/ \| undefined$/, '');
  const options = Object.hasOwn(enums, plain) ? enums[plain] : undefined;
  if (options !== undefined && !Object.values(options).includes(given)) wrong(`one of ${Object.keys(options).map((each) => `${plain}.${each}`).join(', ')}`);
  if (plain === 'string' && typeof given !== 'string') wrong('a text');
  if (plain === 'number' && typeof given !== 'number') wrong('a number');
  if (plain === 'boolean' && typeof given !== 'boolean') wrong('true or false');
  if (plain.endsWith('[]')) checkList(given, plain, wrong);
  if (/^(Record<|\{ *\[)/.test(plain)) checkMap(given, plain, wrong);
  if (/^(\w+\.)?Duration$/.test(plain) && !(typeof given === 'object' && 'toSeconds' in given!)) {
    wrong('a Duration', remedies[name] ?? `write \`Duration.seconds(${printable(String(given), 20)})\``);
  }
  if (OBJECTS.test(plain) && (typeof given !== 'object' || Array.isArray(given))) wrong(article(plain));
}

type Wrong = (wanted: string) => never;

function checkList(given: unknown, type: string, wrong: Wrong): void {
  const of = type.slice(0, -2);
  if (typeof given === 'string' || !Array.isArray(given)) wrong(of === 'string' ? 'a list of texts' : `a list of ${of}`);
  if (of === 'string' && (given as unknown[]).some((each) => typeof each !== 'string' && !isLate(each))) wrong('a list of texts');
}

function checkMap(given: unknown, type: string, wrong: Wrong): void {
  if (typeof given !== 'object' || Array.isArray(given)) wrong('an object');
  if (/string>$|: string\b/.test(type.replace(/^Record<string, |^\{ *\[\w+: string\]/, '')) && Object.values(given as object).some((each) => typeof each !== 'string' && !isLate(each))) {
    wrong('an object of texts');
  }
}

function isLate(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'resolve' in value;
}

function article(type: string): string {
  const name = type.replace(/^\w+\./, '');
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** A value in few words. */
export function inWords(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(printable(value, 80));
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object') return String(value);
  return Array.isArray(value) ? 'a list' : `an object of ${value.constructor?.name ?? 'no class'}`;
}
