import type { Outcome, Row } from './row';

/** A row with what came of it. */
export interface Finding {
  readonly row: Row;
  readonly outcome?: Outcome;
  /** Where the time goes, if the goal is missed and the row can tell. */
  readonly profile?: readonly string[];
  /** Why there is no outcome. */
  readonly failure?: string;
}

/** The table, and under it where the time goes in the rows that miss their goal. */
export function markdownTable(findings: readonly Finding[], machine: string): string {
  const lines = findings.map(({ row, outcome, failure }) => {
    const goal = row.goal === undefined ? '' : `≤ ${row.goal}`;
    const ratio = outcome === undefined ? 'not measured' : outcome.ratio.toFixed(2);
    return `| ${row.name} | ${ratio} | ${goal} | ${verdict(row, outcome)} | ${cell(outcome?.detail ?? failure ?? '')} |`;
  });
  const head = ['| row | ratio | goal | met | what was compared |', '|---|---|---|---|---|'];
  const profiles = findings.flatMap(({ row, profile }) => (
    profile === undefined ? [] : ['', `Where the time goes in \`${row.name}\`:`, '', ...profile.map((line) => `- ${line}`)]
  ));
  return [`Measured ${machine}.`, '', ...head, ...lines, ...profiles, ''].join('\n');
}

function verdict(row: Row, outcome: Outcome | undefined): string {
  const met = isMet(row, outcome);
  return met === undefined ? 'shown only' : met ? 'yes' : '**missed**';
}

/** Undefined where there is no goal. */
export function isMet(row: Row, outcome: Outcome | undefined): boolean | undefined {
  return row.goal === undefined ? undefined : outcome !== undefined && outcome.ratio <= row.goal;
}

function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').replace(/\|/g, '\\|');
}
