import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PYTHON_PROPS } from '../../src/codegen/python-props';

const ROOT = path.resolve(__dirname, '../..');
const OWN = path.join(ROOT, '.jsii');

interface TypeReference {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly kind: 'array' | 'map'; readonly elementtype: TypeReference };
}

interface Type {
  readonly interfaces?: string[];
  readonly properties?: { readonly name: string; readonly type: TypeReference }[];
}

/** What the generated class says itself. */
const SAID = new Set(['app', 'integrations', 'expectedOperations']);

const PRIMITIVES: Record<string, string> = { string: 'str', boolean: 'bool', number: 'float' };

function assembly(directory: string, file = '.jsii'): Record<string, Type> {
  const bytes = fs.readFileSync(path.join(directory, file));
  const content = JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
  return content.schema === 'jsii/file-redirect' ? assembly(directory, content.filename) : content.types;
}

function propsOf(types: Record<string, Type>, name: string): [string, TypeReference][] {
  const { interfaces = [], properties = [] } = types[name];
  return [...interfaces.flatMap((base) => propsOf(types, base)), ...properties.map((prop): [string, TypeReference] => [prop.name, prop.type])];
}

function pythonType({ primitive, fqn, collection }: TypeReference): string {
  if (primitive !== undefined) return PRIMITIVES[primitive];
  if (collection) return `${collection.kind === 'array' ? 'Sequence[' : 'Mapping[str, '}${pythonType(collection.elementtype)}]`;
  return fqn!.replace('aws-cdk-lib.aws_', 'aws_').replace('aws-cdk-lib.', 'aws_cdk.').replace('cdk-fastapi.', 'cdk_fastapi.');
}

(fs.existsSync(OWN) ? test : test.skip).each(['rest', 'http'] as const)('the parameters of Python constructs are the properties of the %s API (compile first)', (kind) => {
  const types = { ...assembly(path.join(ROOT, 'node_modules', 'aws-cdk-lib')), ...assembly(ROOT) };
  const props = new Map(propsOf(types, `cdk-fastapi.FastApi${kind === 'rest' ? 'Rest' : 'Http'}ApiProps`));
  const expected = [...props].filter(([name]) => !SAID.has(name))
    .map(([name, type]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), pythonType(type)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  expect(PYTHON_PROPS[kind]).toEqual(expected);
});
