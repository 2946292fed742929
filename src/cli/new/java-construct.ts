import * as path from 'path';
import { functionUrlAuth, KINDS, type ConstructSource } from './construct-source';
import { javaPackage } from '../../codegen/java';
import { FastApiError } from '../../private/errors';

/**
 * A construct in Java. Java has no partial structs: what a caller adds or changes goes through the builder.
 *
 * @throws FastApiError where the file is not called as its class is
 */
export function javaConstruct({ names, compute, auth, directory, file }: ConstructSource): string {
  const { base, what, auth: authClass } = KINDS[compute];
  const { construct } = names;
  const name = path.posix.basename(file);
  if (name !== `${construct}.java`) throw new FastApiError(`\`--construct-out\` must be a file called ${construct}.java, as its class is, got: ${name}`);
  const cognito = auth === 'cognito';
  const rest = compute === 'rest';
  const poolOptions = `${rest ? 'Rest' : 'Http'}ApiCognitoAuthOptions`;
  const pool = `${poolOptions}.builder().${rest ? 'userPools(Collections.singletonList(userPool))' : 'userPool(userPool)'}.build()`;
  const authorization = compute === 'streaming' ? functionUrlAuth(auth) : `${authClass}.${auth}(${cognito ? pool : ''})`;
  const imports = [
    ...['FastApiApp', base, `${base}Props`, ...compute === 'streaming' ? [] : [authClass], ...cognito ? [poolOptions] : []].map((type) => `io.github.cdkfastapi.${type}`),
    ...cognito && rest ? ['java.util.Collections'] : [],
    'java.util.function.Consumer',
    ...cognito ? ['software.amazon.awscdk.services.cognito.IUserPool'] : [],
    ...compute === 'streaming' ? ['software.amazon.awscdk.services.lambda.FunctionUrlAuthType'] : [],
    'software.constructs.Construct',
  ];
  const packageName = javaPackage(file);
  const [declared, given] = cognito ? ['IUserPool userPool, ', 'userPool, '] : ['', ''];
  return `${packageName === undefined ? '' : `package ${packageName};\n\n`}${imports.map((type) => `import ${type};\n`).join('')}
/** The ${what} of ${names.project}. */
public class ${construct} extends ${base} {

    public ${construct}(Construct scope, String id${cognito ? ', IUserPool userPool' : ''}) {
        this(scope, id, ${given}props -> { });
    }

    /** With properties of its own, such as {@code props -> props.description("…")}. */
    public ${construct}(Construct scope, String id, ${declared}Consumer<${base}Props.Builder> props) {
        super(scope, id, props(${given}props));
    }

    private static ${base}Props props(${declared}Consumer<${base}Props.Builder> changes) {
        ${base}Props.Builder props = ${base}Props.builder()
            // Relative to the directory in which \`cdk\` runs.
            .app(FastApiApp.fromDirectory("${directory}"))
            .auth(${authorization});
        changes.accept(props);
        return props.build();
    }
}
`;
}
