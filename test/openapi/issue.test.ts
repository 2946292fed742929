import { formatIssue, formatIssues, type Issue, throwErrors } from '../../src/openapi/issue';
import { FastApiError } from '../../src/private/errors';

const error: Issue = { severity: 'error', rule: 'greedy-last', message: 'it must be last, got: {a}', remedy: 'move it', operation: 'read', method: 'GET', path: '/{a}/b' };
const warning: Issue = { severity: 'warning', rule: 'schema', message: 'a deviation', remedy: 'repair it' };

test.each<[Partial<Issue>, string]>([
  [{}, 'greedy-last: `read` (GET /{a}/b): it must be last, got: {a}; move it'],
  [{ operation: undefined }, 'greedy-last: GET /{a}/b: it must be last, got: {a}; move it'],
  [{ operation: undefined, method: undefined }, 'greedy-last: /{a}/b: it must be last, got: {a}; move it'],
  [{ method: undefined, path: undefined }, 'greedy-last: `read`: it must be last, got: {a}; move it'],
  [{ operation: undefined, method: undefined, path: undefined }, 'greedy-last: it must be last, got: {a}; move it'],
])('an issue with %j is one line', (changes, line) => expect(formatIssue({ ...error, ...changes })).toBe(line));

test('nothing of a document reaches the terminal as a control character', () => {
  const text = formatIssue({ ...error, operation: '\u001b[31mred\u202e', path: '/a\nb\u0000' });
  expect(text).toContain('`\\u001b[31mred\\u202e` (GET /a\\u000ab\\u0000)');
});

test('all issues of a document stand under one heading', () => {
  expect(formatIssues([warning], 'a.json')).toBe('1 problem in a.json\n  schema: a deviation; repair it');
  expect(formatIssues([warning, warning], 'a.json').split('\n')).toHaveLength(3);
  expect(formatIssues([warning, warning], 'a.json')).toMatch(/^2 problems in a\.json\n/);
});

test('errors are thrown together, warnings are not thrown', () => {
  expect(() => throwErrors([warning], 'a.json')).not.toThrow();
  expect(() => throwErrors([error, warning, error], 'a.json')).toThrow(FastApiError);
  expect(() => throwErrors([error, warning, error], 'a.json')).toThrow(/^2 problems in a\.json\n/);
});
