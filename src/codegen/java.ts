import type { GeneratedText } from './generated-text';
import { JAVA_CONSTANT, JAVA_METHOD, uniqueNames } from './names';
import { quoted, summaryLine, unquoted, withHeader } from './text';
import type { AppReference, TypedConstruct } from './typed-construct';
import { API_TYPES } from '../operations/api-type';

/** The line of one operation, as it is read again from a file of an earlier time. */
const OPERATION = /^ {8}\S+\(("(?:[^"\\]|\\.)*"), ("(?:[^"\\]|\\.)*")\)[,;]$/;

/**
 * The typed construct of Java: one file, since Java packages of jsii hold no code written by hand. No method of it, not even a
 * static one, may have the name of a property of its base: jsii takes it for an override of that and refuses to make the object.
 */
export function javaText(construct: TypedConstruct, file: string): GeneratedText {
  const { name, apiType, app, catchAll } = construct;
  const { className: Kind, title: called } = API_TYPES[apiType];
  const keys = construct.operations.map(({ key }) => key);
  const constants = uniqueNames(keys, JAVA_CONSTANT);
  const methods = uniqueNames(keys, JAVA_METHOD);
  const enumLines = construct.operations.map(({ key, route }, index) => `        ${constants.names[index]}(${quoted(key)}, ${quoted(route)})`);
  const methodLines = construct.operations.map(({ summary }, index) => {
    const doc = summaryLine(summary);
    return `${doc === undefined ? '' : `        /** ${comment(doc)} */\n`}        default T ${methods.names[index]}() { return of(Operation.${constants.names[index]}); }\n`;
  });
  const packageName = javaPackage(file);
  return {
    warnings: [...constants.warnings, ...methods.warnings],
    text: withHeader('//', `${packageName === undefined ? '' : `package ${packageName};\n\n`}${imports(Kind, app)}
/** The ${called} API of {@code ${comment(app.directory)}}. */
public class ${name} extends FastApi${Kind}Api {

    /** The operations. */
    public enum Operation {
${enumLines.join(',\n')};

        final String id;
        final String route;

        Operation(String id, String route) {
            this.id = id;
            this.route = route;
        }

        static <T> Map<String, T> map(Function<Operation, T> value) {
            Map<String, T> map = new LinkedHashMap<>();
            for (Operation operation : values()) map.put(operation.id, value.apply(operation));
            return map;
        }
    }

    /** One value for each operation. */
    @FunctionalInterface
    public interface Operations<T> {
        T of(Operation operation);

${methodLines.join('')}    }
${integration(Kind)}${builder(Kind)}
    /** The integrations that the API has by default, as a builder that changes them. */
    public static Integrations defaultIntegrations(Construct scope) {
        return defaultIntegrations(scope, Default${Kind}ApiIntegrationsOptions.builder().build());
    }

    /** The same, with a pattern, groups, a router or a factory. */
    public static Integrations defaultIntegrations(Construct scope, Default${Kind}ApiIntegrationsOptions options) {
        return defaultIntegrationsFor(scope, app(), options);
    }

    /** The same, with an app of your own. */
    public static Integrations defaultIntegrationsFor(Construct scope, FastApiApp app, Default${Kind}ApiIntegrationsOptions options) {
        return new Integrations(defaultIntegrations(scope, app, Default${Kind}ApiIntegrationsOptions.builder()
            .pattern(options.getPattern()).groups(options.getGroups()).router(options.getRouter()).factory(options.getFactory())
            .expectedOperations(Operation.map(operation -> operation.route)).build()));
    }

    private final Operations<Integration> operation;

    public ${name}(Construct scope, String id) {
        this(scope, id, null);
    }

    public ${name}(Construct scope, String id, Operations<${Kind}ApiIntegration> integrations) {
        this(scope, id, integrations, props -> { });
    }

    public ${name}(Construct scope, String id, Operations<${Kind}ApiIntegration> integrations, Consumer<FastApi${Kind}ApiProps.Builder> props) {
        super(scope, id, props(integrations, props));
        Map<String, Bound${Kind}ApiIntegration> core = getIntegrations();
        operation = op -> new Integration(op, core.get(op.id));
    }

    /** What answers each operation. */
    public Operations<Integration> operation() { return operation; }

    /** Lets a role, user or service invoke some operations. */
    public void grantInvokeAccess(IGrantable grantee, Operation... operations) {
        grantInvokeAccess(grantee, GrantInvokeOptions.builder().operations(Arrays.stream(operations).map(o -> o.id).collect(Collectors.toList())).build());
    }

    private static FastApiApp app() { return ${appExpression(app)}; }

    private static FastApi${Kind}ApiProps props(Operations<${Kind}ApiIntegration> integrations, Consumer<FastApi${Kind}ApiProps.Builder> options) {
        FastApi${Kind}ApiProps.Builder props = FastApi${Kind}ApiProps.builder().app(app())${catchAll ? '.catchAll(true)' : ''};
        options.accept(props);
        if (integrations != null) props.integrations(Operation.map(integrations::of));
        return props.expectedOperations(Operation.map(operation -> operation.route)).build();
    }
}
`),
  };
}

/** The operations of a file that was generated before. */
export function javaOperations(text: string): Map<string, string> {
  const lines = text.split('\n').map((line) => OPERATION.exec(line)).filter((match) => match !== null);
  return new Map(lines.map(([, key, route]) => [unquoted(key) ?? key, unquoted(route) ?? route]));
}

/** The package of a file: Maven's and Gradle's directories say it. */
export function javaPackage(file: string): string | undefined {
  const parts = file.split('/').slice(0, -1);
  const root = parts.lastIndexOf('java');
  const names = root < 0 ? [] : parts.slice(root + 1);
  return names.length > 0 && names.every((part) => /^[\p{L}_$][\p{L}\p{Nd}_$]*$/u.test(part)) ? names.join('.') : undefined;
}

function imports(Kind: string, { openApi, entrypoint }: AppReference): string {
  const own = [
    `Bound${Kind}ApiIntegration`, `Default${Kind}ApiIntegrationsOptions`, 'FastApiApp', ...openApi === undefined && entrypoint === undefined ? [] : ['FastApiAppOptions'],
    `FastApi${Kind}Api`, `FastApi${Kind}ApiProps`, 'GrantInvokeOptions', ...openApi === undefined ? [] : ['OpenApiSource'],
    `${Kind}ApiIntegration`, `${Kind}ApiIntegrationBuilder`,
  ];
  return [
    ...own.map((type) => `io.github.cdkfastapi.${type}`),
    'java.util.Arrays', 'java.util.LinkedHashMap', 'java.util.Map', 'java.util.function.Consumer', 'java.util.function.Function', 'java.util.stream.Collectors',
    'software.amazon.awscdk.services.iam.IGrantable', 'software.amazon.awscdk.services.lambda.FunctionOptions', 'software.constructs.Construct',
  ].map((type) => `import ${type};\n`).join('');
}

function integration(Kind: string): string {
  return `
    /** What answers one operation. */
    public static final class Integration {
        private final Operation operation;
        private final Bound${Kind}ApiIntegration core;

        Integration(Operation operation, Bound${Kind}ApiIntegration core) {
            this.operation = operation;
            this.core = core;
        }

        public Bound${Kind}ApiIntegration core() { return core; }

        /** The function; throws for an operation that was overridden. */
        public software.amazon.awscdk.services.lambda.Function handler() {
            software.amazon.awscdk.services.lambda.Function handler = core.getHandler();
            if (handler == null) {
                throw new IllegalStateException("\`handler\` needs an operation that a function of this app answers, got: \`" + operation.id
                    + "\` (" + operation.route + "), which was overridden; take its integration from core(), or leave the override out");
            }
            return handler;
        }

        /** The alias by which the API invokes the function; throws for a function without versions, and for an operation that was overridden. */
        public software.amazon.awscdk.services.lambda.Alias alias() {
            software.amazon.awscdk.services.lambda.Alias alias = core.getAlias();
            if (alias != null) return alias;
            handler();
            throw new IllegalStateException("\`alias\` needs a function with versions, got: \`" + operation.id
                + "\` (" + operation.route + "), whose function has none; give it \`currentVersionOptions\` or \`snapStart\`");
        }
    }
`;
}

function builder(Kind: string): string {
  return `
    /** Builds the integrations; every step gives a new builder. */
    public static final class Integrations {
        private final ${Kind}ApiIntegrationBuilder core;

        public Integrations(${Kind}ApiIntegrationBuilder core) { this.core = core; }

        /** Options for the functions of all operations. */
        public Integrations withDefaultOptions(FunctionOptions options) {
            return new Integrations(core.withDefaultOptions(options));
        }

        /** Options for the function of one operation. */
        public Integrations withOperationOptions(Operation operation, FunctionOptions options) {
            return new Integrations(core.withOperationOptions(operation.id, options));
        }

        /** Options for the function of one group. */
        public Integrations withGroupOptions(String group, FunctionOptions options) {
            return new Integrations(core.withGroupOptions(group, options));
        }

        /** Another integration for one operation. */
        public Integrations withOverride(Operation operation, ${Kind}ApiIntegration integration) {
            return new Integrations(core.withOverride(operation.id, integration));
        }

        /** Other integrations for some operations. */
        public Integrations withOverrides(Map<Operation, ${Kind}ApiIntegration> overrides) {
            Map<String, ${Kind}ApiIntegration> byId = new LinkedHashMap<>();
            overrides.forEach((operation, integration) -> byId.put(operation.id, integration));
            return new Integrations(core.withOverrides(byId));
        }

        /** The integrations: a value for the constructor. */
        public Operations<${Kind}ApiIntegration> build() {
            Map<String, ${Kind}ApiIntegration> built = core.toIntegrations();
            return operation -> built.get(operation.id);
        }
    }
`;
}

function appExpression({ directory, entrypoint, openApi }: AppReference): string {
  const options = [
    ...entrypoint === undefined ? [] : [`.entrypoint(${quoted(entrypoint)})`],
    ...openApi === undefined ? [] : [`.openApi(OpenApiSource.fromFile(${quoted(openApi)}))`],
  ];
  return `FastApiApp.fromDirectory(${quoted(directory)}${options.length > 0 ? `, FastApiAppOptions.builder()${options.join('')}.build()` : ''})`;
}

/** A backslash of a comment could begin a Unicode escape, which Java reads everywhere. */
function comment(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '@': '&#64;', '\\': '&#92;', '{': '&#123;', '}': '&#125;' };
  return text.replace(/[&<>@\\{}]/g, (character) => entities[character]).replace(/\*\//g, '*&#47;');
}
