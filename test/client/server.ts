import * as http from 'http';
import type { AddressInfo } from 'net';

/** A server that answers as a test says. */
export class TestServer {
  public url = '';
  private readonly server = http.createServer((request, response) => this.handler(request, response));
  public handler: http.RequestListener = (_, response) => void response.writeHead(404).end();

  public async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  /** Answers with a body in pieces; the next goes out when somebody has taken the one before. */
  public answers(type: string, pieces: readonly (string | Uint8Array)[], status = 200): void {
    this.handler = (_, response) => {
      response.writeHead(status, { 'content-type': type });
      const next = (index: number): void => {
        if (index === pieces.length) response.end();
        else response.write(pieces[index], () => setImmediate(next, index + 1));
      };
      next(0);
    };
  }
}
