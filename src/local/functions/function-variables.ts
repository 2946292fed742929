import { delimiter, dirname, join } from 'node:path';
import { layerPackages } from '../../bundling/lambda-paths';
import { PSEUDO_PARAMETERS } from '../assembly/intrinsics';
import type { LocalFunction } from '../local-function';

/** What is the same for every environment of a function. */
export interface EnvironmentSetting {
  /** Interpreter that has what the client of the Runtime API needs. */
  readonly python: string;
  /** The working copy that stands for `/var/task`. */
  readonly directory: string;
  /** The directory that stands for `/opt`, where the function has layers. */
  readonly layers?: string;
  /** Variables on top of the function's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the AWS settings of this process reach the function. */
  readonly aws: boolean;
  /** More directories of the function's modules. */
  readonly sources?: readonly string[];
  /** Directories of modules after all others. */
  readonly modules?: readonly string[];
}

/** How the AWS SDK finds the developer's account. */
const AWS_SETTINGS = [
  'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_CA_BUNDLE', 'AWS_ENDPOINT_URL', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_AUTHORIZATION_TOKEN', 'HOME', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY',
];

/** Without an account: the SDK fails at once, where it would look at the developer's files and wait for the metadata of an instance. */
const NO_ACCOUNT = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_EC2_METADATA_DISABLED: 'true' };

/**
 * The variables of an environment as Lambda makes them: nothing of this process's own but the way to programs and,
 * where it was asked for, to an AWS account.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function functionVariables(
  definition: LocalFunction, setting: EnvironmentSetting, changes: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const region = (setting.aws ? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION : undefined) ?? PSEUDO_PARAMETERS['AWS::Region'];
  return {
    ...(setting.aws ? given(AWS_SETTINGS) : NO_ACCOUNT),
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime.language}${definition.runtime.version}${definition.runtime.language === 'nodejs' ? '.x' : ''}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memory),
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_REGION: region,
    LAMBDA_TASK_ROOT: setting.directory,
    LANG: 'en_US.UTF-8',
    PATH: [dirname(setting.python), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    // What is printed is a line of the log when it is printed.
    PYTHONUNBUFFERED: '1',
    ...modulePath(definition, setting),
    TZ: ':UTC',
    _HANDLER: definition.handler,
    ...definition.environment,
    ...setting.environment,
    ...(setting.layers === undefined ? {} : { CDK_FASTAPI_LAYERS: setting.layers }),
    ...changes,
  };
}

/** Where a runtime looks for modules: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html */
function modulePath({ runtime }: LocalFunction, { directory, sources = [], layers }: EnvironmentSetting): NodeJS.ProcessEnv {
  const below = (...paths: string[]): string[] => (layers === undefined ? [] : paths.map((path) => join(layers, path)));
  if (runtime.language === 'nodejs') return { NODE_PATH: below(join('nodejs', 'node_modules')).join(delimiter) };
  return { PYTHONPATH: [directory, ...sources, ...below(layerPackages(runtime.version), 'python')].join(delimiter) };
}

function given(names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined));
}
