import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Command } from 'commander';
import { rows as bundling } from './bundling';
import { rows as client } from './client';
import { rows as coldStart } from './cold-start';
import { rows as imports } from './import';
import { rows as local } from './local';
import { machine } from './machine';
import { rows as packing } from './packing';
import { rows as requests } from './requests';
import type { Bench, Outcome, ReportedRow, Row } from './row';
import { rows as streaming } from './streaming';
import { rows as synth } from './synth';
import { isMet, markdownTable, type Finding } from './table';
import { rows as telemetry } from './telemetry';
import { rows as template } from './template';
import { rows as typed } from './typed';

/** One module a topic; a new topic is one import and one entry here. */
const ROWS: readonly Row[] = [
  ...synth, ...bundling, ...imports, ...packing, ...coldStart, ...requests, ...local, ...streaming, ...telemetry, ...template, ...typed, ...client,
];

interface Options {
  readonly json?: true;
  readonly only?: string;
  readonly list?: true;
  readonly out?: string;
}

async function main(): Promise<void> {
  const command = new Command('npm run bench --')
    .description('Measures cdk-fastapi side by side with doing the same by hand: ratios of CPU seconds, median of five interleaved runs.')
    .option('--json', 'write an array of {name, ratio, goal, met} instead of a table')
    .option('--only <pattern>', 'only the rows whose name has this regular expression')
    .option('--list', 'name the rows and measure nothing')
    .option('--out <file>', 'write the table to this file as well, as bench/RESULTS.md is written')
    .parse();
  const options = command.opts<Options>();
  const pattern = options.only === undefined ? /^/ : new RegExp(options.only, 'i');
  const chosen = ROWS.filter((row) => pattern.test(row.name));
  if (chosen.length === 0) command.error(`--only must match a row, got: ${options.only ?? ''}; --list names them`, { exitCode: 2 });
  if (options.list) {
    process.stdout.write(chosen.map((row) => `${row.name}\n`).join(''));
    return;
  }

  const findings = await runAll(chosen);
  const reported = findings.map(report);
  const table = markdownTable(findings, machine());
  if (options.out !== undefined) fs.writeFileSync(options.out, table);
  process.stdout.write(options.json ? `${JSON.stringify(reported, null, 2)}\n` : table);
  if (findings.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
}

async function runAll(rows: readonly Row[]): Promise<Finding[]> {
  const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-bench-')));
  const findings: Finding[] = [];
  try {
    for (const [index, row] of rows.entries()) {
      const say = (message: string): void => void process.stderr.write(`[${index + 1}/${rows.length}] ${row.name}: ${message}\n`);
      say('measuring');
      const bench: Bench = { scratch, progress: say };
      findings.push(await attempt(row, bench));
      const { outcome, failure } = findings[index];
      say(outcome === undefined ? `failed: ${failure ?? ''}` : `${outcome.ratio.toFixed(2)}${row.goal === undefined ? '' : ` (goal ${row.goal})`}`);
    }
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  return findings;
}

/** A row that cannot be measured is told as that, and the others still are. */
async function attempt(row: Row, bench: Bench): Promise<Finding> {
  try {
    const outcome: Outcome = await row.run(bench);
    return { row, outcome, profile: isMet(row, outcome) === false ? outcome.profile?.() : undefined };
  } catch (error) {
    return { row, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** A row that failed has no ratio: JSON has null there. */
function report({ row, outcome }: Finding): ReportedRow {
  const ratio = outcome === undefined ? null : Number(outcome.ratio.toFixed(3));
  const goal = row.goal ?? null;
  return { name: row.name, ratio, goal, met: goal === null ? null : ratio !== null && ratio <= goal };
}

void main();
