import type { Auth, Compute } from './new-options';
import type { ProjectNames } from './project-names';
import { FastApiError } from '../../private/errors';

/** What a construct is written from. */
export interface ConstructSource {
  readonly names: ProjectNames;
  readonly compute: Compute;
  readonly auth: Auth;
  /** Directory of the project: in Python relative to the file, else relative to where `cdk` runs. With slashes. */
  readonly directory: string;
}

/** Languages of constructs, by the ending of their files. */
const LANGUAGES = new Map<string, (source: ConstructSource) => string>([['.ts', typescript], ['.py', python]]);

/** What is different between the kinds of APIs. */
export const KINDS = {
  rest: { base: 'FastApiRestApi', what: 'REST API', auth: 'RestApiAuth', pool: 'userPools: [userPool]', pythonPool: 'user_pools=[user_pool]' },
  http: { base: 'FastApiHttpApi', what: 'HTTP API', auth: 'HttpApiAuth', pool: 'userPool', pythonPool: 'user_pool=user_pool' },
  streaming: { base: 'FastApiStreamingFunctionUrl', what: 'streaming function URL', auth: 'FunctionUrlAuthType', pool: '', pythonPool: '' },
} as const;

/** Whether paths in a construct of this file are relative to the file itself. */
export function relativeToFile(file: string): boolean {
  return file.endsWith('.py');
}

/**
 * The text of a construct, in the language of the file.
 *
 * @throws FastApiError where the file's ending is none of a language that constructs are written in
 */
export function constructText(file: string, source: ConstructSource): string {
  const ending = [...LANGUAGES.keys()].find((each) => file.endsWith(each) && !file.endsWith('.d.ts'));
  const write = ending === undefined ? undefined : LANGUAGES.get(ending);
  if (write === undefined) throw new FastApiError(`\`--construct-out\` must be a file that ends in ${[...LANGUAGES.keys()].join(' or ')}, got: ${file}`);
  return write(source);
}

function typescript({ names, compute, auth, directory }: ConstructSource): string {
  const { base, what, auth: authClass, pool } = KINDS[compute];
  const cognito = auth === 'cognito';
  const library = [compute === 'streaming' ? undefined : authClass, 'FastApiApp', base, `type ${base}Props`].filter((name) => name !== undefined);
  const imports = [
    ...cognito ? ["import type { IUserPool } from 'aws-cdk-lib/aws-cognito';"] : [],
    ...compute === 'streaming' ? ["import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';"] : [],
    `import { ${sorted(library).join(', ')} } from 'cdk-fastapi';`,
    "import type { Construct } from 'constructs';",
  ];
  const props = `Partial<${base}Props>`;
  const parameter = cognito ? `{ userPool, ...props }: ${names.construct}Props` : `props: ${props} = {}`;
  const struct = cognito ? `
/** Properties of \`${names.construct}\`. */
export interface ${names.construct}Props extends ${props} {
  /** Whose users may call the API. */
  readonly userPool: IUserPool;
}
` : '';
  return `${imports.join('\n')}

/** Relative to the directory in which \`cdk\` runs. */
const app = FastApiApp.fromDirectory('${directory}');
${struct}
/** The ${what} of ${names.project}. */
export class ${names.construct} extends ${base} {
  constructor(scope: Construct, id: string, ${parameter}) {
    super(scope, id, { app, auth: ${authExpression(compute, auth, pool)}, ...props });
  }
}
`;
}

/** The expression for the authorization, in TypeScript. */
export function authExpression(compute: Compute, auth: Auth, pool: string): string {
  if (compute === 'streaming') return `FunctionUrlAuthType.${auth === 'iam' ? 'AWS_IAM' : 'NONE'}`;
  return `${KINDS[compute].auth}.${auth}(${auth === 'cognito' ? `{ ${pool} }` : ''})`;
}

function python({ names, compute, auth, directory }: ConstructSource): string {
  const { base, what, auth: authClass, pythonPool } = KINDS[compute];
  const cognito = auth === 'cognito';
  const library = ['FastApiApp', base, ...compute === 'streaming' ? [] : [authClass]];
  const authorization = compute === 'streaming'
    ? `FunctionUrlAuthType.${auth === 'iam' ? 'AWS_IAM' : 'NONE'}`
    : `${authClass}.${auth}(${cognito ? pythonPool : ''})`;
  return `"""The ${what} of ${names.project}."""

from pathlib import Path
from typing import Any

${cognito ? 'from aws_cdk.aws_cognito import IUserPool\n' : ''}${compute === 'streaming' ? 'from aws_cdk.aws_lambda import FunctionUrlAuthType\n' : ''}from cdk_fastapi import ${sorted(library).join(', ')}
from constructs import Construct

PROJECT = Path(__file__).resolve().parent / "${directory}"


class ${names.construct}(${base}):
    """The ${what} of ${names.project}; takes the properties of \`\`${base}\`\`."""

    def __init__(self, scope: Construct, id: str, *, ${cognito ? 'user_pool: IUserPool, ' : ''}**properties: Any) -> None:
        properties.setdefault("app", FastApiApp.from_directory(str(PROJECT)))
        properties.setdefault("auth", ${authorization})
        super().__init__(scope, id, **properties)
`;
}

function sorted(names: readonly string[]): string[] {
  const key = (name: string): string => name.replace('type ', '');
  return [...names].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
