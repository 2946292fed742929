import type { SessionListener } from '../../src/local/local-session';

/** Hears nothing. */
export const QUIET: SessionListener = { began: () => undefined, ended: () => undefined, printed: () => undefined, notice: () => undefined, outdated: () => undefined };
