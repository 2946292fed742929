import { readFileSync } from 'node:fs';

/** One request of a `requests.json`, ready to be sent. */
export interface DemoRequest {
  /** Method and path template of the operation that should answer, for example `GET /books/{book_id}`. */
  readonly operation: string;
  readonly method: string;
  /** Percent-encoded, with the query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The status that the answer must have, whoever gives it. Default: any. */
  readonly status?: number;
}

/** A request as `requests.json` writes it; the README of the example describes the file. */
interface WrittenRequest {
  readonly status: number;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly multipart?: readonly Part[];
  readonly base64?: string;
}

interface Part {
  readonly name: string;
  readonly value?: string;
  readonly filename?: string;
  readonly contentType?: string;
  readonly base64?: string;
}

type WrittenGroup = Readonly<Record<string, readonly WrittenRequest[]>>;

const BOUNDARY = 'cdk-fastapi-demo';

/** Whether the app of a file is to be compared below the stage's path, which its middleware reads. */
export function isBelowStage(file: string): boolean {
  const written: { belowStage?: boolean } = JSON.parse(readFileSync(file, 'utf8'));
  return written.belowStage ?? false;
}

/** The requests of a file, in its order: those of operations, then those of hidden routes and mounts. */
export function readRequests(file: string): DemoRequest[] {
  const written: { operations: WrittenGroup; hidden?: WrittenGroup } = JSON.parse(readFileSync(file, 'utf8'));
  return [...Object.entries(written.operations), ...Object.entries(written.hidden ?? {})]
    .flatMap(([operation, requests]) => requests.map((request) => prepare(operation, request)));
}

function prepare(operation: string, written: WrittenRequest): DemoRequest {
  const [method, template] = operation.split(/ (.*)/s);
  const path = template.replace(/\{(.+?)\}/g, (_, name: string) => encodePath(written.path?.[name] ?? ''));
  const pairs = Object.entries(written.query ?? {}).flatMap(([name, values]) => [values].flat().map((value): [string, string] => [name, value]));
  const query = new URLSearchParams(pairs);
  const { body, type } = encodeBody(written);
  return {
    operation,
    method,
    target: query.size === 0 ? path : `${path}?${query.toString()}`,
    headers: { ...(type === undefined ? {} : { 'content-type': type }), ...written.headers },
    body,
    status: written.status,
  };
}

function encodePath(value: string): string {
  return value.split('/').map(encodeURIComponent).join('/');
}

function encodeBody(written: WrittenRequest): { body: Buffer; type?: string } {
  if (written.json !== undefined) return { body: Buffer.from(JSON.stringify(written.json)), type: 'application/json' };
  if (written.form !== undefined) return { body: Buffer.from(new URLSearchParams(written.form).toString()), type: 'application/x-www-form-urlencoded' };
  if (written.multipart !== undefined) return { body: encodeMultipart(written.multipart), type: `multipart/form-data; boundary=${BOUNDARY}` };
  return { body: Buffer.from(written.base64 ?? '', 'base64') };
}

function encodeMultipart(parts: readonly Part[]): Buffer {
  const encoded = parts.flatMap((part) => {
    const filename = part.filename === undefined ? '' : `; filename="${part.filename}"`;
    const type = part.contentType === undefined ? '' : `Content-Type: ${part.contentType}\r\n`;
    return [
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${part.name}"${filename}\r\n${type}\r\n`),
      part.value === undefined ? Buffer.from(part.base64 ?? '', 'base64') : Buffer.from(part.value),
      Buffer.from('\r\n'),
    ];
  });
  return Buffer.concat([...encoded, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}
