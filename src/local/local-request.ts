/** A request as this machine received it. */
export interface LocalRequest {
  /** Upper case. */
  readonly method: string;
  /** As it was sent: percent-encoded, without query, and without the stage. */
  readonly rawPath: string;
  /** As it was sent, without the question mark. */
  readonly rawQuery: string;
  /** Names and values in the order of the request. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

/** The headers by lower-case name, each with all its values. */
export function headerValues(request: LocalRequest): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of request.headers) {
    const key = name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

/** The query parameters, decoded, each with all its values. */
export function queryValues(request: LocalRequest): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(request.rawQuery)) values.set(name, [...(values.get(name) ?? []), value]);
  return values;
}

/** The body as an event carries it: text where it is text, else base64. */
export function eventBody(request: LocalRequest): { body: string | null; isBase64Encoded: boolean } {
  if (request.body.length === 0) return { body: null, isBase64Encoded: false };
  const type = headerValues(request).get('content-type')?.[0] ?? '';
  const isText = /^(text\/|application\/(json|x-www-form-urlencoded|[\w.-]+\+json|xml))/.test(type);
  return isText ? { body: request.body.toString('utf8'), isBase64Encoded: false } : { body: request.body.toString('base64'), isBase64Encoded: true };
}
