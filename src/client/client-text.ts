import { type ClientOperation, unique } from './client-operation';
import type { GeneratedNames } from './generated-names';

/** First line of every file of ours; a file without it is somebody else's. */
export const HEADER = '// Written by `cdk-fastapi client`. Do not edit: it is overwritten.\n';

/** A function that streams. */
interface StreamFunction {
  readonly name: string;
  /** The function of the generator, which sends the request. */
  readonly send: string;
  readonly operation: ClientOperation;
}

/**
 * Modules in TypeScript that stand beside what the generator writes.
 *
 * @param itemSchemas name of the schema of the items of a stream, by id of the operation
 */
export function clientTexts(
  operations: readonly ClientOperation[], itemSchemas: ReadonlyMap<string, string>, names: GeneratedNames,
): Map<string, string> {
  const streams = streamFunctions(operations, names);
  const texts = new Map([
    ['index.ts', `export * from './generated/index.js';\n${streams.length > 0 ? `export { ${streams.map(({ name }) => name).join(', ')} } from './streams.js';\n` : ''}`],
    ['connect.ts', CONNECT],
  ]);
  if (streams.length > 0) texts.set('streams.ts', streamsText(streams, itemSchemas, names));
  return texts;
}

/** An operation that may also answer with one JSON value has a second function for its stream. */
function streamFunctions(operations: readonly ClientOperation[], names: GeneratedNames): StreamFunction[] {
  const taken = new Set(names.all);
  return operations.filter(({ stream }) => stream !== undefined).map((operation) => {
    const send = names.functionOf(operation.method, operation.path);
    return { name: operation.stream?.optional ? unique(`${send}Stream`, taken, (name) => name) : send, send, operation };
  });
}

/** Hooks under a name that does not tell how the generator calls its file. */
export const REACT_QUERY = "export * from './generated/@tanstack/react-query.gen.js';\n";

const CONNECT = `import { connectClient, type ConnectOptions } from './connection.js';
import { client } from './generated/client.gen.js';

export { apiUrl, bearer, connectClient, type Authorize, type ConnectOptions, type RuntimeConfig } from './connection.js';
export * from './errors.js';

/** Connects the client that every operation uses unless it is given another: see \`connectClient\`. */
export async function connect(options: ConnectOptions): Promise<typeof client> {
  return connectClient(client, options);
}
`;

function streamsText(streams: readonly StreamFunction[], itemSchemas: ReadonlyMap<string, string>, names: GeneratedNames): string {
  const functions = streams.map(({ name, send, operation: { id, method, path, stream } }) => {
    const schema = itemSchemas.get(id);
    const type = schema !== undefined ? `types.${names.typeOf(schema)}` : stream?.format === 'events' ? 'ServerSentEvent' : stream?.format === 'text' ? 'string' : 'unknown';
    return `/** The items of \`${comment(`${method} ${path}`)}\`, as they come. */
export const ${name} = /* @__PURE__ */ streaming<typeof sdk.${send}<false>, ${type}>(sdk.${send}, formats.${stream?.format});
`;
  });
  const imports = [
    ...(functions.some((text) => text.includes('ServerSentEvent')) ? ["import type { ServerSentEvent } from './decode.js';"] : []),
    "import * as formats from './formats.js';",
    "import * as sdk from './generated/sdk.gen.js';",
    ...(itemSchemas.size > 0 ? ["import type * as types from './generated/types.gen.js';"] : []),
    "import { streaming } from './stream.js';",
  ];
  return `${imports.join('\n')}\n\n${functions.join('\n')}`;
}

/** Text of the document, which must not end the comment that it stands in. */
function comment(text: string): string {
  return text.replaceAll('*/', '*\u200b/').replace(/[\u0000-\u001f\u2028\u2029]/g, ' ');
}
