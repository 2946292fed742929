import * as fc from 'fast-check';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { assignStack, FUNCTION_STACKS, INVOCATION_ROLES } from '../../src/functions/stack-assignment';
import { MAX_ISOLATED } from '../../src/functions/stack-layout';
import { bindRestIntegrations, type BoundRestIntegrations, restApiIntegrationBuilder } from '../../src/rest-api/bind-integrations';
import type { RestApiIntegration } from '../../src/rest-api/integration';
import { fastApiApp, messageOf, type Row, scope } from '../integrations/fixture';
import { app, mock } from '../integrations/rest-fixture';

describe('the place of a function', () => {
  test('never changes: these are deployed', () => {
    expect(['GET', 'GET items', 'GET items {}', 'POST items', 'DELETE constructor'].map((id) => [id, assignStack(id)])).toMatchInlineSnapshot(`
[
  [
    "GET",
    {
      "output": "Function14e30cd163",
      "role": 1,
      "stack": 13,
    },
  ],
  [
    "GET items",
    {
      "output": "Functionf80db45519",
      "role": 1,
      "stack": 1,
    },
  ],
  [
    "GET items {}",
    {
      "output": "Function14c2d3a809",
      "role": 1,
      "stack": 8,
    },
  ],
  [
    "POST items",
    {
      "output": "Function0619449268",
      "role": 0,
      "stack": 10,
    },
  ],
  [
    "DELETE constructor",
    {
      "output": "Functione3ce179698",
      "role": 0,
      "stack": 6,
    },
  ],
]
`);
  });

  test('is one of 20 stacks and 2 roles, for any construct id', () => {
    fc.assert(fc.property(fc.string(), (id) => {
      const { stack, role, output } = assignStack(id);
      expect(stack >= 0 && stack < FUNCTION_STACKS && Number.isInteger(stack)).toBe(true);
      expect(role >= 0 && role < INVOCATION_ROLES && Number.isInteger(role)).toBe(true);
      expect(output).toMatch(/^Function[0-9a-f]{10}$/);
      expect(assignStack(id)).toEqual({ stack, role, output });
    }));
  });

  test('is spread so that 1,000 operations fit: no stack has more than 80, no role more than 60', () => {
    const stacks = new Map<string, number>();
    for (let index = 0; index < 1000; index += 1) {
      const { stack, role } = assignStack(`GET widgets${index} {}`);
      for (const key of [`${stack}`, `${stack} ${role}`]) stacks.set(key, (stacks.get(key) ?? 0) + 1);
    }
    expect(Math.max(...stacks.values())).toBeLessThanOrEqual(80);
    expect(Math.max(...[...stacks].filter(([key]) => key.includes(' ')).map(([, count]) => count))).toBeLessThanOrEqual(60);
  });
});

/** Which path each operation's function stands at, in an app of these operations. */
function places(rows: readonly Row[]): Map<string, string> {
  const made = fastApiApp(rows);
  const bound = bindRestIntegrations({ scope: scope(), app: made, operations: made._operationsFor('rest', false), functionStacks: 20 });
  return new Map([...bound.byOperation].map(([operation, { integration: { handler } }]) => [operation.constructId, handler!.node.path]));
}

test('adding, removing, renaming and reordering operations moves no function', () => {
  const segment = fc.constantFrom('items', 'users', 'orders', '{id}', '{item_id}', 'constructor', 'a.b');
  const row = fc.record({ method: fc.constantFrom('get', 'post', 'delete'), parts: fc.array(segment, { maxLength: 3 }), name: fc.constantFrom('read', 'write', 'list') })
    .map(({ method, parts, name }): Row => [method, `/${parts.map((part, at) => part.replace('}', `${at}}`)).join('/')}`, name]);
  const rows = fc.uniqueArray(row, { selector: ([method, route]) => `${method} ${route.replace(/\{\w+\}/g, '{}')}`, maxLength: 8 });
  fc.assert(fc.property(rows, rows, (some, more) => {
    const known = new Set(some.map(([method, route]) => `${method} ${route.replace(/\{\w+\}/g, '{}')}`));
    const added = more.filter(([method, route]) => !known.has(`${method} ${route.replace(/\{\w+\}/g, '{}')}`));
    const renamed = some.map(([method, route]): Row => [method, route, `renamed_${method}`]);
    const before = places(some);
    const after = places([...added, ...renamed.reverse()]);
    for (const [id, place] of before) expect(after.get(id)).toBe(place);
  }), { numRuns: 30 });
});

describe('the number of functions in one stack', () => {
  const rows = (count: number): Row[] => Array.from({ length: count }, (_, index) => ['get', `/r${index}`, `read${index}`]);
  type Made = (served: typeof app) => Record<string, RestApiIntegration>;
  const bind = (count: number, functionStacks?: number, integrations?: Made): BoundRestIntegrations => {
    const made = fastApiApp(rows(count));
    return bindRestIntegrations({ scope: scope(), app: made, operations: made._operationsFor('rest', false), functionStacks, integrations: integrations?.(made) });
  };
  const nested = ({ functions }: BoundRestIntegrations): number => functions.filter(({ stack }) => stack.nestedStackParent !== undefined).length;

  test.each([[59, 0], [60, 0], [61, 61]])('%i isolated operations: %i in nested stacks', (count, expected) => {
    const bound = bind(count);
    expect(bound.functions).toHaveLength(count);
    expect(nested(bound)).toBe(expected);
  });

  test('does not count operations that are overridden', () => {
    expect(nested(bind(MAX_ISOLATED + 1, undefined, (made) => restApiIntegrationBuilder(made).withOverrides({ read7: mock() }).build()))).toBe(0);
  });

  test('is one for 61 operations that share it, in the stack of the API', () => {
    const bound = bind(MAX_ISOLATED + 1, 20, (made) => restApiIntegrationBuilder(made, { pattern: IntegrationPattern.SHARED }).build());
    expect(bound.functions).toHaveLength(1);
    expect(nested(bound)).toBe(0);
  });

  test('may be said: 20 for any, 0 up to 60', () => {
    expect(nested(bind(1, 20))).toBe(1);
    expect(nested(bind(60, 0))).toBe(0);
    expect(messageOf(() => bind(61, 0))).toBe(
      '`functionStacks: 0` leaves a function for each operation in one stack, at most 60, got: 61; '
      + 'set `functionStacks: 20`, or use `pattern: IntegrationPattern.SHARED`, which answers all of them with one function',
    );
    for (const other of [-1, 1, 19, 21, 0.5, NaN]) expect(messageOf(() => bind(1, other))).toMatch(/^`functionStacks` must be 0 or 20: another number would move functions between stacks, got: /);
  });
});
