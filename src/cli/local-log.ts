import type { Terminal } from './terminal';
import type { RequestRecord } from '../local/gateway/request-record';
import type { LocalFunction } from '../local/local-function';
import type { SessionListener } from '../local/local-session';

/** One line for each request, and what functions print: for people, or as JSON for programs. */
export class LocalLog implements SessionListener {
  private readonly running = new Map<string, RequestRecord>();

  /**
   * @param json whether lines are JSON on standard output
   * @param synthesize does it again, where it is done without being asked for
   */
  public constructor(private readonly terminal: Terminal, private readonly json: boolean, private readonly synthesize?: () => void) {}

  public began(record: RequestRecord): void {
    this.running.set(record.id, record);
  }

  public ended(record: RequestRecord): void {
    this.running.delete(record.id);
    const { id, api, method, path, status, route, functionId, cold, note } = record;
    const milliseconds = Math.round(record.milliseconds ?? 0);
    if (this.json) return this.line({ type: 'request', id, api, method, path, status, milliseconds, route, function: functionId, cold, note });
    const by = functionId === undefined ? '' : `  ${functionId}  ${cold === true ? 'cold' : 'warm'}`;
    this.terminal.err(`${method} ${path}  ${status}  ${milliseconds} ms${by}${note === undefined ? '' : `\n  ${id}: ${note}`}\n`);
  }

  public printed(stack: string, definition: LocalFunction, text: string): void {
    const requests = [...this.running.values()].filter(({ functionId }) => functionId === definition.logicalId);
    for (const record of requests) record.log.push(text);
    // Of several requests at one time nobody can tell whose line it is.
    const requestId = requests.length === 1 ? requests[0].id : undefined;
    if (this.json) return this.line({ type: 'log', stack, function: definition.logicalId, requestId, text });
    // A terminal gets no tabs of strangers; two spaces say the same.
    this.terminal.err(`  ${definition.logicalId}${requestId === undefined ? '' : ` ${requestId.slice(0, 8)}`} | ${text.replaceAll('\t', '  ')}\n`);
  }

  public notice(text: string): void {
    if (this.json) return this.line({ type: 'notice', text });
    this.terminal.err(`cdk-fastapi: ${text}\n`);
  }

  public outdated(reason: string): void {
    this.notice(this.synthesize === undefined ? `${reason}: run \`cdk synth\` and start again, or use --watch` : `${reason}: synthesizing again`);
    this.synthesize?.();
  }

  private line(value: object): void {
    this.terminal.out(`${JSON.stringify(value)}\n`);
  }
}
