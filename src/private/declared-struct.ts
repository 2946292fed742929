import * as fs from 'fs';
import * as path from 'path';

/** Where a struct is declared. */
export interface StructSource {
  /** Of this library, relative to its sources; or of the CDK, relative to `aws-cdk-lib`. Without an ending. */
  readonly file: string;
  /** Name of the interface; left out, every interface of the file counts. */
  readonly name?: string;
  readonly cdk?: true;
}

/** A property of a struct. */
export interface DeclaredProperty {
  /** As TypeScript writes it. */
  readonly type: string;
  readonly required: boolean;
}

/** Properties of structs by name. */
export type DeclaredProperties = ReadonlyMap<string, DeclaredProperty>;

const texts = new Map<string, string | undefined>();
const structs = new Map<string, DeclaredProperties | undefined>();

/**
 * What structs declare, read from the declarations that stand beside the compiled code: of this library, and of the CDK that is
 * installed, whose structs grow with its releases. So nothing is written down twice.
 *
 * @returns undefined where declarations are not there, as in an app that was packed into one file
 */
export function declaredProperties(sources: readonly StructSource[]): DeclaredProperties | undefined {
  const key = sources.map(({ file, name = '' }) => `${file} ${name}`).join(', ');
  if (!structs.has(key)) structs.set(key, read(sources));
  return structs.get(key);
}

function read(sources: readonly StructSource[]): DeclaredProperties | undefined {
  const found = new Map<string, DeclaredProperty>();
  for (const source of sources) {
    const text = declarations(source);
    if (text === undefined) return undefined;
    for (const [, name, body] of text.matchAll(/^export interface (\w+)[^{]*\{\n([^]*?)^\}/gm)) {
      if (source.name !== undefined && source.name !== name) continue;
      for (const [, property, optional, type] of body.matchAll(/^ +readonly (\w+)(\??): (\{\n[^}]*\}|.+);$/gm)) {
        // What the CDK requires, it says itself.
        found.set(property, { type: type.replace(/\s+/g, ' '), required: optional === '' && !source.cdk });
      }
    }
  }
  return found;
}

function declarations({ file, cdk }: StructSource): string | undefined {
  const key = `${cdk ?? ''}${file}`;
  if (!texts.has(key)) {
    const root = cdk ? path.dirname(require.resolve('aws-cdk-lib')) : path.dirname(__dirname);
    // Beside its sources, which only tests of this library run, there is no declaration.
    const there = [`${file}.d.ts`, `${file}.ts`].map((name) => path.join(root, name)).find((name) => fs.existsSync(name));
    texts.set(key, there && fs.readFileSync(there, 'utf8').replace(/\r\n/g, '\n'));
  }
  return texts.get(key);
}
