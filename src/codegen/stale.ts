import { isUntouched } from './text';

/** Names in one message at most. */
const LISTED = 20;

/** Whether a text was written by this generator, also where it was edited since. */
export function isGenerated(text: string): boolean {
  return isUntouched(unixLines(text)) !== undefined;
}

/**
 * Why a generated file is not what would be written now; nothing where it is.
 *
 * @param operations reads the operations of a file: name and route
 */
export function staleness(text: string, fresh: string, operations: (text: string) => Map<string, string>): string | undefined {
  const lines = unixLines(text);
  if (lines === fresh) return undefined;
  switch (isUntouched(lines)) {
    case undefined: return 'it was not written by `cdk-fastapi generate`';
    case false: return 'it was edited by hand';
    case true: return difference(operations(lines), operations(fresh));
  }
}

function difference(before: Map<string, string>, now: Map<string, string>): string {
  const changes = [
    ...[...now].filter(([name]) => !before.has(name)).map(([name, route]) => `\`${name}\` (${route}, new)`),
    ...[...before].filter(([name]) => !now.has(name)).map(([name, route]) => `\`${name}\` (${route}, now gone)`),
    ...[...now].filter(([name, route]) => before.has(name) && before.get(name) !== route).map(([name, route]) => `\`${name}\` (${before.get(name)}, now ${route})`),
  ];
  if (changes.length === 0) return 'summaries, the order of operations, options of the command or this program have changed';
  const more = changes.length > LISTED ? ` and ${changes.length - LISTED} more` : '';
  return `operations have changed: ${changes.slice(0, LISTED).join(', ')}${more}`;
}

/** Git may have given a file other ends of lines. */
function unixLines(text: string): string {
  return text.replace(/\r\n/g, '\n');
}
