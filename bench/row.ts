/** What a row has found. */
export interface Outcome {
  /** Ours against theirs, in CPU seconds or bytes: below 1 is in our favour. */
  readonly ratio: number;
  /** One line that says what was compared, with the numbers behind the ratio. */
  readonly detail: string;
  /** Tells where the time goes, a line each. It is asked where the goal is missed, since it may measure again. */
  readonly profile?: () => readonly string[];
}

/** One line of the table. */
export interface Row {
  /** Begins with its topic, as `bundling: first bundle`; `--only` looks in it. */
  readonly name: string;
  /** The largest ratio that meets the goal. Default: the ratio is shown and has no goal. */
  readonly goal?: number;
  /** Takes the measurements. Says on stderr what it is at with `bench.progress`. */
  run(bench: Bench): Promise<Outcome>;
}

/** What a row is given. */
export interface Bench {
  /** An empty directory that lives as long as the bench. */
  readonly scratch: string;
  progress(message: string): void;
}

/** What `--json` writes for a row. `ratio` is null where it could not be measured, `goal` and `met` where there is no goal. */
export interface ReportedRow {
  readonly name: string;
  readonly ratio: number | null;
  readonly goal: number | null;
  readonly met: boolean | null;
}
