import type { ApiSummary } from '../local/served-api';

/** Routes that are listed of one API. */
const SHOWN = 60;

/** The routes of an API, one a line: method, path, what answers, who may call. Preflights are left out. */
export function apiTable({ routes }: ApiSummary): string {
  const listed = routes.filter(({ method, answeredBy }) => !(method === 'OPTIONS' && answeredBy === 'mock'));
  const shown = listed.slice(0, SHOWN);
  const width = (text: (route: ApiSummary['routes'][number]) => string): number => Math.max(0, ...shown.map((route) => text(route).length));
  const paths = width(({ path }) => path);
  const answers = width(({ answeredBy }) => answeredBy);
  const lines = shown.map(({ method, path, answeredBy, authorizer }) => `  ${method.padEnd(7)} ${path.padEnd(paths)}  ${answeredBy.padEnd(answers)}  ${authorizer}\n`);
  return lines.join('') + (listed.length > SHOWN ? `  … and ${listed.length - SHOWN} more\n` : '');
}
