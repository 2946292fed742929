/** What a caller may invoke. */
export interface GrantInvokeOptions {
  /**
   * Names or qualified names of the operations. Each must be protected by IAM: of others a grant would be in vain, and an error.
   *
   * IAM cannot always express one operation alone: `*` also matches `/`, so a grant on
   * `GET /items/{id}` reaches `GET /items/{id}/secret`. Where a grant reaches other operations a
   * warning names them.
   *
   * @default - every operation of the API
   */
  readonly operations?: string[];
}
