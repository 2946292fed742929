import { Token } from 'aws-cdk-lib';
import type { ImageBundlingOptions } from './image-bundling-options';
import { FastApiError } from '../../private/errors';
import { printable } from '../../private/printable';
import type { BundleRequest } from '../bundle';
import { ADAPTER_PROGRAM, HANDLER, TASK_ROOT } from '../lambda-paths';

/** The directories of a build context. */
export const DEPENDENCIES = 'dependencies';
export const APPLICATION = 'application';

/** The Lambda Web Adapter as an image, of the version that its layer has. */
const ADAPTER_IMAGE = 'public.ecr.aws/awsguru/aws-lambda-adapter:1.1.0';

const IMAGE_NAME = /^[A-Za-z0-9][\w.-]*(?::\d+)?(?:\/[\w.-]+)*(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/;
const PACKAGE_NAME = /^[A-Za-z0-9][\w.+-]*$/;
/** What would begin another image, or be said for each function by the template. */
const REFUSED = /^\s*(FROM|CMD)\b/i;
/** The versions of Python whose image is Amazon Linux 2. */
const YUM = new Set(['3.11']);

/**
 * The Dockerfile of an app. Dependencies and application are copied one after the other: an edit of the application
 * changes the last layer of the image alone.
 *
 * @param copies the directories of the build context that there are
 */
export function dockerfile({ runtime }: BundleRequest, options: ImageBundlingOptions, copies: readonly string[]): string {
  const { baseImage, systemPackages = [], linesBefore = [], linesAfter = [], adapterImage = ADAPTER_IMAGE } = options;
  const manager = YUM.has(runtime) ? 'yum' : 'dnf';
  return [
    `FROM ${baseImage ?? `public.ecr.aws/lambda/python:${runtime}`}`,
    ...baseImage === undefined ? [] : [
      '# `baseImage` of PythonBundling.image must have the Python that the functions have.',
      `RUN ["python3", "-c", ${JSON.stringify(versionCheck(runtime))}]`,
      `ENV LAMBDA_TASK_ROOT=${TASK_ROOT}`,
      `WORKDIR ${TASK_ROOT}`,
    ],
    ...systemPackages.length === 0 ? [] : [
      '# `systemPackages` of PythonBundling.image: the distribution of the image has to have them, and says which version.',
      `# hadolint ignore=${manager === 'yum' ? 'DL3033' : 'DL3041'}`,
      `RUN ${manager} install -y ${systemPackages.join(' ')} && ${manager} clean all`,
    ],
    ...linesBefore,
    `COPY --from=${adapterImage} /lambda-adapter ${ADAPTER_PROGRAM}`,
    ...copies.map((directory) => `COPY ${directory}/ ${TASK_ROOT}/`),
    ...linesAfter,
    `CMD ["${HANDLER}"]`,
    '',
  ].join('\n');
}

/** Nothing but the version is put into it. */
function versionCheck(runtime: string): string {
  return 'import sys; found = "%d.%d" % sys.version_info[:2]; '
    + `sys.exit(None if found == "${runtime}" else "the base image must have Python ${runtime} as python3, got: " + found)`;
}

/**
 * Refuses what the Dockerfile of an app cannot have, in one error.
 *
 * @throws FastApiError
 */
export function checkImageOptions(request: BundleRequest, options: ImageBundlingOptions): void {
  const problems = [
    ...imageNames(options), ...pythonOf(request, options), ...packageNames(options), ...lines(options), ...platformOf(request, options),
  ];
  if (problems.length > 0) throw new FastApiError(problems.join('\n'));
}

function imageNames({ baseImage, adapterImage }: ImageBundlingOptions): string[] {
  return Object.entries({ baseImage, adapterImage }).flatMap(([property, name]) => {
    if (name === undefined || (!Token.isUnresolved(name) && IMAGE_NAME.test(name))) return [];
    const got = Token.isUnresolved(name) ? 'a value that only the deployment knows' : printable(name);
    return [`\`${property}\` of PythonBundling.image must be the full name of an image, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/python:3.13, got: ${got}; write the name out`];
  });
}

/** What the name says of an image; what it does not say, the build finds. */
function pythonOf({ runtime }: BundleRequest, { baseImage = '' }: ImageBundlingOptions): string[] {
  const named = /(?:^|\/)python:(\d+\.\d+)(?![\d])/.exec(baseImage)?.[1];
  if (named === undefined || named === runtime) return [];
  return [`\`baseImage\` of PythonBundling.image must have Python ${runtime}, the \`runtime\` of the app, got: ${printable(baseImage)}; take the image of that version, or set \`runtime\` on FastApiApp`];
}

function packageNames({ systemPackages = [] }: ImageBundlingOptions): string[] {
  return systemPackages.filter((name) => !PACKAGE_NAME.test(name))
    .map((name) => `\`systemPackages\` of PythonBundling.image must be names of packages, such as mesa-libGL, got: ${printable(name) || 'an empty text'}; other steps go into \`linesBefore\``);
}

function lines({ linesBefore = [], linesAfter = [] }: ImageBundlingOptions): string[] {
  return Object.entries({ linesBefore, linesAfter }).flatMap(([property, texts]) => texts.flatMap((text) => {
    const instruction = REFUSED.exec(text)?.[1].toUpperCase();
    if (instruction === undefined) return [];
    const remedy = instruction === 'FROM' ? 'name the image by `baseImage`, or copy from another one with `COPY --from=`' : 'leave it out: the template says what each function runs';
    return [`\`${property}\` of PythonBundling.image cannot have the instruction ${instruction}, got: ${printable(text)}; ${remedy}`];
  }));
}

function platformOf({ architecture }: BundleRequest, { platform }: ImageBundlingOptions): string[] {
  if (platform === undefined || platform.platform === dockerPlatform(architecture) || platform.platform.startsWith(`${dockerPlatform(architecture)}/`)) return [];
  return [`\`platform\` of PythonBundling.image must be of the architecture that the app is bundled for, ${architecture}, got: ${printable(platform.platform)}; set \`architecture\` on FastApiApp instead`];
}

/** The platform of an architecture, as Docker names it. */
export function dockerPlatform(architecture: BundleRequest['architecture']): string {
  return architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64';
}
