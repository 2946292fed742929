import { FastApiError } from './errors';

/** The error of a part of the surface that is declared and not built yet. */
export function notInThisVersion(what: string): FastApiError {
  return new FastApiError(`\`${what}\` is not in this version of cdk-fastapi: the README lists what is`);
}
