import { inCallersLanguage } from '../../src/private/caller';

const MESSAGE = '`withOperationOptions` needs a function, got: `catchAll` of `sayHello` with `catchAll: true`; use FastApiApp.fromDirectory(…), or run `npx cdk-fastapi generate`';

afterEach(() => { delete process.env.JSII_AGENT; });

test('names and commands are those of Python for a program in Python', () => {
  process.env.JSII_AGENT = 'Python/3.13.0';
  expect(inCallersLanguage(MESSAGE)).toBe('`with_operation_options` needs a function, got: `catch_all` of `sayHello` with `catch_all: true`; use FastApiApp.from_directory(…), or run `cdk-fastapi generate`');
});

test.each([undefined, 'Java/21.0.1'])('and those of TypeScript for others: %s', (agent) => {
  if (agent !== undefined) process.env.JSII_AGENT = agent;
  expect(inCallersLanguage(MESSAGE)).toBe(MESSAGE);
});
