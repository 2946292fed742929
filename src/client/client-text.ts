import type { ClientOperation } from './client-operation';

/** First line of every file of ours; a file without it is somebody else's. */
export const HEADER = '// Written by `cdk-fastapi client`. Do not edit: it is overwritten.\n';

/** Modules in TypeScript that stand beside what the generator writes. */
export function clientTexts(operations: readonly ClientOperation[], itemTypes: ReadonlyMap<string, string>): Map<string, string> {
  const streams = operations.filter(({ stream }) => stream !== undefined);
  const names = streams.map(({ streamName }) => streamName);
  const texts = new Map([
    ['index.ts', `export * from './generated/index.js';\n${names.length > 0 ? `export { ${names.join(', ')} } from './streams.js';\n` : ''}`],
    ['connect.ts', CONNECT],
  ]);
  if (streams.length > 0) texts.set('streams.ts', streamsText(streams, itemTypes));
  return texts;
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

function streamsText(streams: readonly ClientOperation[], itemTypes: ReadonlyMap<string, string>): string {
  const functions = streams.map(({ name, streamName, method, path, stream }) => {
    const send = `sdk.${name}`;
    const item = itemTypes.get(name);
    const type = item !== undefined ? `types.${item}` : stream?.format === 'events' ? 'ServerSentEvent' : stream?.format === 'text' ? 'string' : 'unknown';
    return `/** The items of \`${comment(`${method} ${path}`)}\`, as they come. */
export const ${streamName} = /* @__PURE__ */ streaming<typeof ${send}<false>, ${type}>(${send}, '${stream?.format}');
`;
  });
  const imports = [
    ...(functions.some((text) => text.includes('ServerSentEvent')) ? ["import type { ServerSentEvent } from './decode.js';"] : []),
    "import * as sdk from './generated/sdk.gen.js';",
    ...(itemTypes.size > 0 ? ["import type * as types from './generated/types.gen.js';"] : []),
    "import { streaming } from './stream.js';",
  ];
  return `${imports.join('\n')}\n\n${functions.join('\n')}`;
}

/** Text of the document, which must not end the comment that it stands in. */
function comment(text: string): string {
  return text.replaceAll('*/', '*\u200b/').replace(/[\u0000-\u001f\u2028\u2029]/g, ' ');
}
