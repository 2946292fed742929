import { printable } from '../private/printable';

/** Where a command writes: standard output for its result, standard error for everything said beside it. */
export interface Terminal {
  /** Writes to standard output what `terminalText` leaves of a text. */
  out(text: string): void;
  /** The same to standard error. */
  err(text: string): void;
}

export const PROCESS_TERMINAL: Terminal = {
  out: (text) => void process.stdout.write(terminalText(text)),
  err: (text) => void process.stderr.write(terminalText(text)),
};

/**
 * Lines of text without what a terminal obeys: documents and modules of strangers put text into ours.
 * Such characters become JSON escapes, so JSON keeps its value.
 */
export function terminalText(text: string): string {
  return text.split('\n').map((line) => printable(line, Infinity)).join('\n');
}

/** JSON for people and programs. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** `1 operation`, `2 operations`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
