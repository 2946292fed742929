import { functionUrlAuth, KINDS, type ConstructSource } from './construct-source';

/** A construct in Python. */
export function pythonConstruct({ names, compute, auth, directory }: ConstructSource): string {
  const { base, what, auth: authClass } = KINDS[compute];
  const cognito = auth === 'cognito';
  const pool = compute === 'rest' ? 'user_pools=[user_pool]' : 'user_pool=user_pool';
  const library = ['FastApiApp', base, ...compute === 'streaming' ? [] : [authClass]].sort();
  const imports = [
    ...cognito ? ['from aws_cdk.aws_cognito import IUserPool'] : [],
    ...compute === 'streaming' ? ['from aws_cdk.aws_lambda import FunctionUrlAuthType'] : [],
    `from cdk_fastapi import ${library.join(', ')}`,
    'from constructs import Construct',
  ];
  const authorization = compute === 'streaming' ? functionUrlAuth(auth) : `${authClass}.${auth}(${cognito ? pool : ''})`;
  return `"""The ${what} of ${names.project}."""

from pathlib import Path
from typing import Any

${imports.join('\n')}

PROJECT = Path(__file__).resolve().parent / "${directory}"


class ${names.construct}(${base}):
    """The ${what} of ${names.project}; takes the properties of \`\`${base}\`\`."""

    def __init__(self, scope: Construct, id: str, ${cognito ? '*, user_pool: IUserPool, ' : ''}**properties: Any) -> None:
        properties.setdefault("app", FastApiApp.from_directory(str(PROJECT)))
        properties.setdefault("auth", ${authorization})
        super().__init__(scope, id, **properties)
`;
}
