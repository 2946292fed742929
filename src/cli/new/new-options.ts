/** How the API is deployed. */
export const COMPUTES = ['rest', 'http', 'streaming'] as const;
export type Compute = typeof COMPUTES[number];

/** Who may call it. */
export const AUTHS = ['iam', 'cognito', 'none'] as const;
export type Auth = typeof AUTHS[number];

/** Why the two do not go together; undefined where they do. */
export function authProblem(compute: Compute, auth: Auth): string | undefined {
  return compute === 'streaming' && auth === 'cognito'
    ? '`--auth` of a streaming function URL must be iam or none, got: cognito; a function URL knows no user pools, choose --compute rest'
    : undefined;
}
