import * as fc from 'fast-check';
import { LANGUAGES } from '../../src/codegen/language';
import { isPropertyName, JAVA_CONSTANT, JAVA_METHOD, PYTHON_ATTRIBUTE, uniqueNames } from '../../src/codegen/names';
import { quoted, summaryLine, unquoted } from '../../src/codegen/text';

describe('Python attributes', () => {
  test.each([
    ['sayHello', 'say_hello'], ['getV2Items', 'get_v2_items'], ['getV2items', 'get_v2items'], ['HTTPServer', 'http_server'], ['getHTTPServer', 'get_http_server'],
    ['readURL', 'read_url'], ['T', 't'], ['class', 'class_'], ['None', 'none'], ['True', 'true'], ['import', 'import_'], ['match', 'match'], ['self', 'self'],
    ['_private', 'private'], ['__init__', 'init'], ['trailing_', 'trailing'], ['42', 'op_42'], ['2fa', 'op_2fa'], ['', 'op'], ['-', 'op'], ['a b', 'a_b'],
    ['users.list.get /users/{id}', 'users_list_get_users_id'], ['ﬁle', 'file'], ['größe', 'größe'], ['日本', '日本'], ['İ', 'i̇'], ['a__b', 'a_b'],
  ])('%j is %j', (key, name) => expect(PYTHON_ATTRIBUTE.convert(key)).toBe(name));
});

describe('Java methods', () => {
  test.each([
    ['sayHello', 'sayHello'], ['class', 'class_'], ['hashCode', 'hashCode_'], ['toString', 'toString_'], ['null', 'null_'], ['_', '__'], ['', '__'], ['42', '_42'],
    ['get-user.v1', 'get_user_v1'], ['a b', 'a_b'], ['$x', '$x'], ['größe', 'größe'], ['̀x', '_̀x'], ['equals', 'equals'],
  ])('%j is %j', (key, name) => expect(JAVA_METHOD.convert(key)).toBe(name));
});

describe('Java constants', () => {
  test.each([['sayHello', 'SAY_HELLO'], ['class', 'CLASS'], ['42', 'OP_42'], ['größe', 'GRÖSSE'], ['ŉx', 'ʼNX'], ['日本', '日本']])(
    '%j is %j', (key, name) => expect(JAVA_CONSTANT.convert(key)).toBe(name),
  );
});

test.each([['sayHello', true], ['class', true], ['größe', true], ['$a_1', true], ['42', false], ['a-b', false], ['', false], ['a b', false], ['日本', true], ['a\u200d', true]])(
  '%j needs no quotes in TypeScript: %j', (key, expected) => expect(isPropertyName(key)).toBe(expected),
);

test('a name that an earlier operation has gets a number, in the order of the document, and is told', () => {
  const { names, warnings } = uniqueNames(['getItem', 'get_item', 'getItem2', 'get_item_2', 'GetItem'], PYTHON_ATTRIBUTE);
  expect(names).toEqual(['get_item', 'get_item_2', 'get_item2', 'get_item_2_2', 'get_item_3']);
  expect(warnings).toEqual([
    'attribute `get_item_2` stands for `get_item`: `get_item` is `getItem` already',
    'attribute `get_item_2_2` stands for `get_item_2`: `get_item_2` is `get_item` already',
    'attribute `get_item_3` stands for `GetItem`: `get_item` is `getItem` already',
  ]);
});

describe('whatever an operation is called', () => {
  const keys = fc.uniqueArray(fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.string({ unit: fc.constantFrom('a', 'A', '_', '1', '-', 'ﬁ') })), { maxLength: 30 });

  test.each([
    ['Python', PYTHON_ATTRIBUTE, /^(?!_)[\p{XID_Start}][\p{XID_Continue}]*$/u],
    ['Java', JAVA_METHOD, /^[\p{L}\p{Nl}\p{Sc}\p{Pc}][\p{L}\p{Nl}\p{Nd}\p{Sc}\p{Pc}\p{Mn}\p{Mc}]*$/u],
    ['Java constant', JAVA_CONSTANT, /^[\p{L}\p{Nl}\p{Sc}\p{Pc}][\p{L}\p{Nl}\p{Nd}\p{Sc}\p{Pc}\p{Mn}\p{Mc}]*$/u],
  ] as const)('%s names are identifiers, one for each, the same each time', (_language, rule, identifier) => {
    fc.assert(fc.property(keys, (operations) => {
      const { names } = uniqueNames(operations, rule);
      expect(new Set(names).size).toBe(operations.length);
      expect(uniqueNames(operations, rule).names).toEqual(names);
      for (const name of names) expect(name).toMatch(identifier);
    }));
  });

  test('Python names stay what they are when Python normalizes them', () => {
    fc.assert(fc.property(keys, (operations) => {
      for (const name of uniqueNames(operations, PYTHON_ATTRIBUTE).names) expect(name.normalize('NFKC')).toBe(name);
    }));
  });

  test('a literal has one line and no invisible character, and is read again', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(quoted(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
      expect(unquoted(quoted(text))).toBe(text);
    }));
  });

  test('a summary is one line of 120 characters at most', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const line = summaryLine(text);
      if (line === undefined) return;
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
      expect([...line].length).toBeGreaterThan(0);
      expect([...line].length).toBeLessThanOrEqual(120);
    }));
  });

  test.each([[119, 119], [120, 120], [121, 120]])('a summary of %i characters has %i', (given, expected) => {
    expect(summaryLine('x'.repeat(given))).toHaveLength(expected);
  });

  test('a comment never ends early, and no escape begins in it', () => {
    const hostile = fc.string({ unit: fc.constantFrom('*', '/', '\\', 'u', '"', '@', '\n', '\r', '\u2028', '0', '2', 'a', '{', '}', '<') });
    fc.assert(fc.property(hostile, (summary) => {
      const construct = { name: 'MyApi', apiType: 'rest', app: { directory: 'x' }, catchAll: false, operations: [{ key: 'a', route: 'GET /', summary }] } as const;
      const [typescript, python, java] = [LANGUAGES.typescript, LANGUAGES.python, LANGUAGES.java].map(({ write }) => write(construct, 'MyApi').text);
      const plain = { ...construct, operations: [{ key: 'a', route: 'GET /', summary: 'x' }] };
      // One comment, on one line: the text has the same lines as with a harmless summary, or one less with none.
      const lines = summaryLine(summary) === undefined ? -1 : 0;
      expect(typescript.split('\n').length).toBe(LANGUAGES.typescript.write(plain).text.split('\n').length + lines);
      expect(typescript.split('*/').length).toBe(LANGUAGES.typescript.write(plain).text.split('*/').length + lines);
      expect(java.split('*/').length).toBe(LANGUAGES.java.write(plain, 'MyApi').text.split('*/').length + lines);
      expect(java).not.toMatch(/\\u/);
      expect(python.split('\n').length).toBe(LANGUAGES.python.write(plain).text.split('\n').length + lines);
      expect(python.replace(/\\./g, '').split('"""').length).toBe(LANGUAGES.python.write(plain).text.split('"""').length + lines * 2);
    }));
  });
});
