/** One operation of a FastAPI app: one method on one path. */
export interface FastApiOperation {
  /**
   * Name for looking up the operation: the route function's name in camelCase, else the operationId. If several
   * operations have the same name, use the qualified name.
   */
  readonly name: string;

  /**
   * Name that is unique in the app: first tag (else module), name and method, for example `items.readItem.get`.
   * If several operations share all three, their path is added: `items.readItem.get /items/{item_id}`.
   */
  readonly qualifiedName: string;

  /**
   * The operationId of the document.
   *
   * @default - the document has none for this operation
   */
  readonly operationId?: string;

  /** HTTP method in upper case. */
  readonly method: string;

  /** Path as the document declares it, for example `/items/{item_id}`. */
  readonly path: string;

  /**
   * Path of the route in API Gateway, for example `/files/{p+}`: parameters at the same position have one name, and a trailing
   * slash is left out. `/{proxy+}` if only a catch-all route can serve the operation.
   */
  readonly routePath: string;

  /** Tags of the operation, in their order. */
  readonly tags: string[];

  /** Whether the response is a stream: server-sent events or JSON lines. `x-streaming` in the document overrides it. */
  readonly streaming: boolean;

  /** Security requirements of the operation: its own, else those of the document. */
  readonly security: Record<string, string[]>[];

  /**
   * Short summary.
   *
   * @default - the document has none for this operation
   */
  readonly summary?: string;
}
