import { InvalidArgumentError } from 'commander';

/** One more `NAME=value` of an option that may be repeated. */
export function variable(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^[A-Za-z_]\w*=/.test(text)) throw new InvalidArgumentError('it must be NAME=value');
  return [...before, text];
}

/** The variables that such an option gives. */
export function variables(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
