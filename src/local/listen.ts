import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FastApiError } from '../private/errors';

/**
 * Listens on the loopback address alone.
 *
 * @param port 0 takes a free one
 * @param what for the message, as in "the API `Rest/Api`"
 * @returns the port
 * @throws FastApiError where the port is taken
 */
export async function listen(server: Server, port: number, what: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(error.code === 'EADDRINUSE'
      ? new FastApiError(`port ${port} for ${what} is taken by another program; end that one, or give another --port (0 takes free ones)`)
      : error.code === 'EACCES' ? new FastApiError(`port ${port} for ${what} needs rights that this user does not have; give a --port from 1024 on`) : error);
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', failed);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Stops listening, and ends all connections. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}
