import type { Auth, Compute } from './new-options';
import type { ProjectNames } from './project-names';

/** What a construct is written from. */
export interface ConstructSource {
  readonly names: ProjectNames;
  readonly compute: Compute;
  readonly auth: Auth;
  /** Directory of the project: in Python relative to the file, else relative to where `cdk` runs. With slashes. */
  readonly directory: string;
  /** The file that it will be, absolute and with slashes: where Java's package is seen. */
  readonly file: string;
}

/** What is different between the kinds of APIs. */
export const KINDS = {
  rest: { base: 'FastApiRestApi', what: 'REST API', auth: 'RestApiAuth' },
  http: { base: 'FastApiHttpApi', what: 'HTTP API', auth: 'HttpApiAuth' },
  streaming: { base: 'FastApiStreamingFunctionUrl', what: 'streaming function URL', auth: 'FunctionUrlAuthType' },
} as const;

/** How a function URL says who may call it, in all languages. */
export function functionUrlAuth(auth: Auth): string {
  return `FunctionUrlAuthType.${auth === 'iam' ? 'AWS_IAM' : 'NONE'}`;
}
