import { functionUrlAuth, KINDS, type ConstructSource } from './construct-source';
import type { Auth, Compute } from './new-options';

/** A construct in TypeScript. */
export function typescriptConstruct({ names, compute, auth, directory }: ConstructSource): string {
  const { base, what, auth: authClass } = KINDS[compute];
  const cognito = auth === 'cognito';
  const library = ['FastApiApp', base, `type ${base}Props`, ...compute === 'streaming' ? [] : [authClass]];
  const imports = [
    ...cognito ? ["import type { IUserPool } from 'aws-cdk-lib/aws-cognito';"] : [],
    ...compute === 'streaming' ? ["import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';"] : [],
    `import { ${library.join(', ')} } from 'cdk-fastapi';`,
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
    super(scope, id, { app, auth: ${typescriptAuth(compute, auth)}, ...props });
  }
}
`;
}

/** The expression for the authorization. */
export function typescriptAuth(compute: Compute, auth: Auth): string {
  if (compute === 'streaming') return functionUrlAuth(auth);
  const pool = compute === 'rest' ? '{ userPools: [userPool] }' : '{ userPool }';
  return `${KINDS[compute].auth}.${auth}(${auth === 'cognito' ? pool : ''})`;
}
