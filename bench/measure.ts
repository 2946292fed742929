import * as fs from 'node:fs';
import * as path from 'node:path';
import { runTool, toolEnvironment } from '../src/private/process';
import { findInterpreters, type Interpreter } from '../src/python/interpreters';

/** Runs of each side: the median of them is what counts. */
export const ROUNDS = 5;

/** A command to be measured. */
export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env?: Record<string, string | undefined>;
  /** The program writes itself what counts, to the file in `BENCH_CPU`. Default: the whole process counts. */
  readonly reportsItself?: true;
}

/** CPU time of a process and of all its descendants that it waited for, in seconds. */
export interface Cpu {
  readonly user: number;
  readonly system: number;
  readonly wall: number;
}

/** One side of a comparison. */
export interface Side {
  /** Brings everything to where a run begins; its time does not count. */
  readonly before?: () => void;
  /** What is measured: commands one after the other. */
  readonly run: () => readonly Command[];
}

/** What several runs of one side took, by median. */
export interface Measured {
  readonly cpu: number;
  /** Medians of the single commands, in their order. */
  readonly steps: readonly number[];
  readonly wall: number;
}

/** The interpreter that measures, and that the measured projects run on. */
export function benchPython(): Interpreter {
  const [newest] = findInterpreters();
  if (newest === undefined) throw new Error('the bench needs a CPython from 3.11 on');
  return newest;
}

/** Runs a command in a process of its own and tells what it took. */
export function measure({ argv, cwd, env = {}, reportsItself }: Command, scratch: string): Cpu {
  const result = path.join(scratch, `cpu-${process.pid}.json`);
  const wrapped = [benchPython().path, '-I', path.join(__dirname, 'cpu.py'), result, ...argv];
  const own = reportsItself === true ? { BENCH_CPU: result } : {};
  runTool(reportsItself === true ? argv : wrapped, { cwd, env: toolEnvironment({ ...env, ...own }), what: `measure ${path.basename(argv[0])}` });
  const cpu = JSON.parse(fs.readFileSync(result, 'utf8')) as Cpu;
  fs.rmSync(result);
  return cpu;
}

/**
 * Measures sides in turn, A B A B …, so that what else the machine does falls on all of them alike.
 * One round before the first is not counted: it fills the caches of the file system.
 */
export function interleave<Name extends string>(sides: Readonly<Record<Name, Side>>, scratch: string, rounds = ROUNDS): Record<Name, Measured> {
  const names = Object.keys(sides) as Name[];
  const runs = new Map<Name, Cpu[][]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      sides[name].before?.();
      const steps = sides[name].run().map((command) => measure(command, scratch));
      if (round > 0) runs.get(name)?.push(steps);
    }
  }
  const measured = names.map((name) => [name, summary(runs.get(name) ?? [])]);
  return Object.fromEntries(measured) as Record<Name, Measured>;
}

function summary(runs: readonly (readonly Cpu[])[]): Measured {
  const cpu = (steps: readonly Cpu[]): number => steps.reduce((sum, step) => sum + step.user + step.system, 0);
  return {
    cpu: median(runs.map(cpu)),
    steps: runs[0].map((_, index) => median(runs.map((steps) => cpu([steps[index]])))),
    wall: median(runs.map((steps) => steps.reduce((sum, step) => sum + step.wall, 0))),
  };
}

/** A command of Node.js that writes what processes it has started to a file: `processProfile` reads it. */
export function listingProcesses(command: Command, file: string): Command {
  const [node, ...args] = command.argv;
  const preload = path.join(__dirname, 'children', 'count-processes.cjs');
  return { ...command, argv: [node, '--require', preload, ...args], env: { ...command.env, BENCH_PROCESSES: file } };
}

/** The middle of an odd number of values. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** `1.23 s`. */
export function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}
