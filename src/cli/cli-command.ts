import type { Command } from 'commander';
import type { Terminal } from './terminal';

/** How a program ends. */
export enum ExitCode {
  GOOD = 0,
  /** The command did its work and found problems, or could not do it. */
  PROBLEMS = 1,
  /** The command line is wrong. */
  USAGE = 2,
}

/**
 * One command of the program: adds itself, with its options and its action.
 *
 * @param program where the command is added
 * @param terminal where it writes
 * @param end tells how the program ends; not called, it ends well
 */
export type CliCommand = (program: Command, terminal: Terminal, end: (code: ExitCode) => void) => void;
