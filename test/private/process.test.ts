import * as os from 'os';
import { processesStarted, quoteCommand, runTool, toolEnvironment, tryTool } from '../../src/private/process';

const here = { cwd: os.tmpdir(), env: toolEnvironment(), what: 'try it' };
const node = (code: string): string[] => [process.execPath, '-e', code];

test('returns what was printed and counts', () => {
  const before = processesStarted();
  expect(runTool(node('process.stdout.write(process.argv[1])').concat('a; $(b) "c"'), here)).toBe('a; $(b) "c"');
  expect(runTool(node('process.stdin.pipe(process.stdout)'), { ...here, input: 'in' })).toBe('in');
  expect(processesStarted() - before).toBe(2);
});

test('a failure says the command, how it ended and the first and last lines, without what a terminal obeys', () => {
  const code = 'for (let i = 0; i < 40; i++) console.error("line " + i); console.error("\\x1b[31mred\\x07"); process.exit(3)';
  let message = '';
  try {
    runTool(node(code), here);
  } catch (error) {
    message = String(error);
  }
  const lines = message.split('\n');
  expect(lines[0]).toBe('FastApiError: could not try it: exit status 3');
  expect(lines[1]).toMatch(/^ {2}command: \S+node -e '.*'$/);
  expect(lines[2]).toBe(`  in: ${os.tmpdir()}`);
  const last = Array.from({ length: 19 }, (_, index) => `  | line ${index + 21}`);
  expect(lines.slice(3)).toEqual(['  | line 0', '  | line 1', '  | line 2', '  | …', ...last, '  | red']);
});

test('a program that hangs, is missing or is killed', () => {
  expect(tryTool(node('setTimeout(() => {}, 60000)'), { ...here, timeoutSeconds: 0.5 })).toMatchObject({ timedOut: true, status: undefined });
  expect(() => runTool(['/nowhere/tool'], here)).toThrow(/could not try it: could not be started \(.*ENOENT/);
  expect(() => runTool(node('process.kill(process.pid, "SIGTERM")'), here)).toThrow('ended by SIGTERM');
});

test('the environment is inherited without what misleads Python, and changed by name', () => {
  const saved = process.env.PYTHONPATH;
  process.env.PYTHONPATH = '/somewhere';
  try {
    const env = toolEnvironment({ ADDED: '1', PATH: undefined });
    expect(env).toMatchObject({ ADDED: '1', HOME: process.env.HOME });
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['PYTHONPATH']));
    expect(Object.keys(env)).not.toContain('PATH');
  } finally {
    if (saved === undefined) delete process.env.PYTHONPATH;
    else process.env.PYTHONPATH = saved;
  }
});

test('a command is quoted so that it can be pasted', () => {
  expect(quoteCommand(['uv', 'pip', '--only-binary', ':all:', "it's", 'a b', '$(x)', ''])).toBe("uv pip --only-binary :all: 'it'\\''s' 'a b' '$(x)' ''");
});
