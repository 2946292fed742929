import { type Modules, type Part, total } from './profile-parts';
import type { Span, StartProfile } from './start-profile';

/** Below this share of a start, and these milliseconds, nothing is said: it would be noise. */
const SHARE = 0.05;
const LEAST = 10;

/** What would make the start shorter, each with what was measured. */
export function adviceFor(profile: StartProfile, parts: readonly Part[], modules: Modules, withoutBytecode?: number): string[] {
  const whole = total(parts).cpu;
  const matters = (cpu: number): boolean => cpu >= LEAST && cpu >= SHARE * whole;
  const advice: string[] = [];
  for (const [module, endpoint] of Object.entries(profile.alone)) {
    const place = profile.places[module];
    if (place === undefined || modules.isOwn(place)) continue;
    const cpu = costOf(profile.start, module);
    if (matters(cpu)) advice.push(`${module} takes ${ms(cpu)} of each start, and of the app's code ${endpoint} alone names it: import it in that function`);
  }
  for (const client of clientsIn(profile.start)) {
    if (matters(client.cpu)) advice.push(`the client of ${client.name} is made while the app is imported and takes ${ms(client.cpu)}: make it at its first use`);
  }
  if (withoutBytecode !== undefined && matters(whole - withoutBytecode)) {
    advice.push(`the start is ${ms(whole - withoutBytecode)} shorter without the compiled files: they are not of this Python`);
  }
  return advice;
}

/** What the first import of a module takes, with all that it imports for the first time. */
function costOf(span: Span, module: string): number {
  if (span.kind === 'import' && (span.name === module || span.name.startsWith(`${module}.`))) return span.cpu;
  return span.inside.reduce((sum, inner) => sum + costOf(inner, module), 0);
}

function clientsIn(span: Span): Span[] {
  if (span.kind === 'request') return [];
  return span.kind === 'client' ? [span] : span.inside.flatMap(clientsIn);
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
