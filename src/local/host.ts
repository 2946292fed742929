/**
 * Whether a `Host` header names this machine by a name that no other may have: a page whose name was bound to the
 * loopback address sends its own.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);
}

/** Whether an origin is a page that this machine serves. */
export function isLoopbackOrigin(origin: string): boolean {
  const host = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1];
  return isLoopbackHost(host);
}
