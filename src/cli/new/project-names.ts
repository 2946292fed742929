import { moduleProblem } from './python-names';
import { usedByConstructs } from '../../codegen/typed-construct';
import { FastApiError } from '../../private/errors';

/** The names of a project. */
export interface ProjectNames {
  /** Of the project and its directory: `my-api`. */
  readonly project: string;
  /** Of the Python module: `my_api`. */
  readonly module: string;
  /** Of the construct, and of the service in logs and metrics: `MyApi`. */
  readonly construct: string;
}

/** Names that the construct's file imports or defines, beside those of a generated one. */
const IMPORTED = new Set(['Collections', 'FunctionUrlAuthType', 'Generated', 'IUserPool', 'UserPool']);

const MAX_LENGTH = 64;

/**
 * The names of a project, made from one that people write in different ways: `my-api`, `my_api`, `MyApi`, `My API`.
 *
 * @param moduleName the module, where it is not made from the name
 * @throws FastApiError where no project can have them
 */
export function projectNames(name: string, moduleName?: string): ProjectNames {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').split(/[-_ ]+/).map((word) => word.toLowerCase());
  if (!/^[A-Za-z][A-Za-z0-9]*([-_ ][A-Za-z0-9]+)*$/.test(name) || name.length > MAX_LENGTH) {
    throw new FastApiError(
      `\`NAME\` must be ASCII letters and digits in words joined by \`-\`, a letter first, ${MAX_LENGTH} characters at most, got: ${name.slice(0, 100)}; for example my-api`,
    );
  }
  const module = moduleName ?? words.join('_');
  const problem = moduleProblem(module);
  if (problem !== undefined) {
    const property = moduleName === undefined ? 'the module made of `NAME`' : '`--module-name`';
    throw new FastApiError(`${property} ${problem}, got: ${module}; choose another with --module-name, for example ${words.join('_')}_service`);
  }
  const construct = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  if (IMPORTED.has(construct) || usedByConstructs(construct)) {
    throw new FastApiError(`\`NAME\` must not make the name of a class that the construct itself uses, got: ${name}, which makes ${construct}; for example ${words.join('-')}-api`);
  }
  return { project: words.join('-'), module, construct };
}
