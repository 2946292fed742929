import { Token } from 'aws-cdk-lib';

/** The variable that names the operations of a function. */
const OPERATION_VARIABLE = 'CDK_FASTAPI_OPERATION';

/** Variables with which a bundle is started once. */
export interface StartVariables {
  readonly literal: Readonly<Record<string, string>>;
  /** In place of values that a deployment makes: what the app was read with, else a text. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** The same for what need not be tried again. */
  readonly key: string;
}

/** @param environment what the app was read with */
export function startVariables(variables: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}): StartVariables {
  const known = Object.entries(variables).filter(([, value]) => !Token.isUnresolved(value));
  const unknown = Object.keys(variables).filter((name) => Token.isUnresolved(variables[name]));
  // What the guard of an operation does is the same for each.
  const literal = Object.fromEntries(known.filter(([name]) => name !== OPERATION_VARIABLE));
  const placeholders = { ...environment, ...Object.fromEntries(unknown.map((name) => [name, environment[name] ?? 'placeholder'])) };
  return { literal, placeholders, key: JSON.stringify([Object.entries(literal).sort(), Object.keys(placeholders).sort()]) };
}
