/** The operations that a caller may invoke. */
export interface GrantInvokeOptions {
  /**
   * Names or qualified names of the operations. An operation that is not protected by IAM is an error, because a grant has no effect on it.
   *
   * IAM cannot always express one operation alone: `*` also matches `/`, so a grant on
   * `GET /items/{id}` reaches `GET /items/{id}/secret`. If a grant reaches other operations, a
   * warning names them.
   *
   * @default - every operation of the API
   */
  readonly operations?: string[];
}
