import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalLog } from './local-log';
import { apiTable } from './local-table';
import { count, type Terminal } from './terminal';
import { UsageError } from './usage-error';
import { synthesize, type AppCommand } from '../local/assembly/app-command';
import { ChoiceError, LocalSession, type SessionOptions } from '../local/local-session';
import { summaryOf } from '../local/served-api';
import { TreeWatcher } from '../local/tree-watcher';

/** One run of the command. */
export interface LocalRun {
  /** What synthesizes; left out, the assembly of the session is there already. */
  readonly app: AppCommand | undefined;
  readonly watch: boolean;
  readonly json: boolean;
  readonly session: SessionOptions;
}

/**
 * Serves until somebody ends it, from a new assembly whenever one is made.
 *
 * @throws FastApiError where nothing can be served
 */
export async function serve(run: LocalRun, terminal: Terminal): Promise<void> {
  const stop = stopRequested();
  const scratch = run.app === undefined ? undefined : new Synthesis(run.app, terminal);
  try {
    let options = run.session;
    let assembly = scratch === undefined ? options.assembly : await scratch.make(stop);
    for (let round = 1; assembly !== undefined; round++) {
      const next = await serveOnce({ ...run, session: { ...options, assembly } }, scratch, stop, round, terminal);
      if (next === undefined) return;
      // The URLs stay.
      options = { ...options, port: next.port, pagePort: next.pagePort };
      assembly = next.assembly;
    }
  } finally {
    scratch?.remove();
  }
}

interface Next {
  readonly assembly: string;
  readonly port: number;
  readonly pagePort: number;
}

/** Serves one assembly until there is another one, or somebody ends it. */
async function serveOnce(
  run: LocalRun, synthesis: Synthesis | undefined, stop: AbortSignal, round: number, terminal: Terminal,
): Promise<Next | undefined> {
  let changed: () => void = () => undefined;
  let watcher: TreeWatcher | undefined;
  const log = new LocalLog(terminal, run.json, run.watch ? () => changed() : undefined);
  const session = await LocalSession.start(run.session, log).catch((error: unknown) => {
    throw error instanceof ChoiceError ? new UsageError(error.message, { cause: error }) : error;
  });
  try {
    if (round === 1 || !run.json) announce(session, run, terminal);
    while (!stop.aborted) {
      const again = await new Promise<boolean>((resolve) => {
        stop.addEventListener('abort', () => resolve(false), { once: true });
        changed = () => resolve(true);
        if (run.watch && run.app !== undefined) watcher = new TreeWatcher(run.app.directory, session.projects, changed);
      });
      watcher?.stop();
      if (!again || synthesis === undefined) return undefined;
      try {
        const assembly = await synthesis.make(stop);
        if (assembly === undefined) return undefined;
        return { assembly, port: Number(new URL(session.served[0].url).port), pagePort: Number(new URL(session.pageUrl).port) };
      } catch (error) {
        // What was synthesized before is served until the next change.
        log.notice(error instanceof Error ? error.message : String(error));
      }
    }
    return undefined;
  } finally {
    await session.close();
  }
}

/** The assemblies that the app makes for this program, in a directory that goes with it. */
class Synthesis {
  private readonly home = realpathSync(mkdtempSync(join(tmpdir(), 'cdk-fastapi-synth-')));
  private rounds = 0;

  public constructor(private readonly app: AppCommand, private readonly terminal: Terminal) {}

  /** Makes a new one; nothing where somebody ended it meanwhile. */
  public async make(stop: AbortSignal): Promise<string | undefined> {
    const assembly = join(this.home, String(++this.rounds));
    this.terminal.err(`cdk-fastapi: synthesizing with ${this.app.line}\n`);
    try {
      await synthesize(this.app, assembly, (text) => this.terminal.err(text), stop);
    } catch (error) {
      if (stop.aborted) return undefined;
      throw error;
    }
    return assembly;
  }

  public remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

function announce(session: LocalSession, { json, session: options }: LocalRun, terminal: Terminal): void {
  const summaries = session.served.map(summaryOf);
  if (json) {
    terminal.out(`${JSON.stringify(Object.fromEntries(summaries.map(({ name, url }) => [name, url])))}\n`);
    // A program that waits for the first line has it alone.
    setImmediate(() => terminal.out(`${JSON.stringify({ type: 'apis', page: session.pageUrl, apis: summaries, frontEnds: session.frontEnds })}\n`));
    return;
  }
  for (const summary of summaries) {
    terminal.out(`${summary.name}  ${summary.url}\n`);
    for (const [domain, url] of Object.entries(summary.domains)) terminal.err(`  as ${domain}: ${url}\n`);
    terminal.err(apiTable(summary));
  }
  for (const { api, url } of session.frontEnds) terminal.err(`front end of ${api}  ${url}\n`);
  const authorizers = session.served.flatMap(({ api }) => api.routes.map(({ authorization }) => authorization.authorizer.kind));
  if (options.noAuth) {terminal.err('AUTHORIZATION IS OFF: every request is let through\n');} else if (options.keys === undefined && authorizers.includes('iam')) {
    terminal.err('IAM: a request must be signed, and its signature is not checked (--verify-signatures KEY:SECRET checks it, --no-auth lets everything through)\n');
  }
  if (!options.noAuth && (authorizers.includes('jwt') || authorizers.includes('cognito'))) terminal.err(`tokens are minted at ${session.pageUrl}token\n`);
  terminal.err(`serving ${count(summaries.length, 'API')}, requests are shown at ${session.pageUrl}; press Ctrl+C to stop\n`);
}

/** Aborted when the user, or whoever started this program, wants it to end. */
function stopRequested(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
