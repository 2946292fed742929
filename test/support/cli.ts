import { run } from '../../src/cli/main';
import { terminalText } from '../../src/cli/terminal';

/** How a run of the command ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `cdk-fastapi` in this process, and collects what a terminal would show. */
export async function cli(...args: string[]): Promise<Ended> {
  let out = '';
  let err = '';
  const code = await run(['node', 'cdk-fastapi', ...args], {
    out: (text) => { out += terminalText(text); },
    err: (text) => { err += terminalText(text); },
  });
  return { code, out, err };
}
