/** One operation of a FastAPI app: one method on one path. */
export interface FastApiOperation {
  /**
   * Name by which the operation is looked up: the route function's in camelCase, else the operationId. Several
   * operations may have the same name; use the qualified name then.
   */
  readonly name: string;

  /**
   * Name that is unique in the app: first tag, else module; name; method. For example `items.readItem.get`.
   * Operations that share all three also have their path in it: `items.readItem.get /items/{item_id}`.
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
   * Path as API Gateway has it, for example `/files/{p+}`: parameters that share a place have one name, and a trailing
   * slash is left out. `/{proxy+}` where only a catch-all route can serve the operation.
   */
  readonly routePath: string;

  /** Tags of the operation, in their order. */
  readonly tags: string[];

  /** Whether the answer is a stream: server-sent events or JSON lines; `x-streaming` in the document says otherwise. */
  readonly streaming: boolean;

  /** Security requirements that hold for the operation: its own, else those of the document. */
  readonly security: Record<string, string[]>[];

  /**
   * Short summary.
   *
   * @default - the document has none for this operation
   */
  readonly summary?: string;
}
