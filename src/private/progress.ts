/**
 * Tells on stderr that something long begins. Nothing is printed where nothing happens,
 * so a synth with everything cached is silent; `CDK_FASTAPI_QUIET=1` silences the rest.
 */
export function progress(message: string): void {
  if (process.env.CDK_FASTAPI_QUIET === '1') return;
  process.stderr.write(`cdk-fastapi: ${message}\n`);
}

const told = new Set<string>();

/** The same, said once in the life of this process however often it happens. */
export function progressOnce(message: string): void {
  if (told.has(message)) return;
  told.add(message);
  progress(message);
}
