import * as fs from 'fs';
import * as path from 'path';
import type { BundlingOptions } from '@aws-cdk/aws-lambda-python-alpha';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import ignore from 'ignore';
import type { BundleRequest } from './bundle';
import type { DockerBundlingOptions } from './docker-bundling-options';
import { isSourceLayout, readApplication, SHIM } from '../python/application';
import { CDK_APP, KEYS, LEFT_OUT, NEVER_WALKED, SECRET_DIRECTORIES, SECRET_FILES } from '../python/left-out';
import { selectFiles } from '../python/project-files';
import { PythonProject } from '../python/python-project';
import { checkPython } from '../python/python-version';
import { missingRequirements } from './packages/runtime-requirements';
import { RUNTIME_PACKAGE_DIRECTORY } from '../private/assets';
import { FastApiError } from '../private/errors';
import { hashParts } from '../private/hash';

const SHIM_VOLUME = '/cdk-fastapi-runtime';
/** A command line is not endless: above this, keys are left out by name. */
const MOST_JUDGED = 200;
const NO_NAMES: ReadonlySet<string> = new Set();

/** The properties of a `PythonFunction` that are its bundling's. */
export interface DockerFunction {
  readonly entry: string;
  /** The user's module, relative to `entry`; the function's handler is set to the shim after it. */
  readonly index: string;
  readonly handler: string;
  readonly bundling: BundlingOptions;
}

/** Prepares the bundling of `PythonFunction`s for one app: the same for all its functions, so that Docker runs once. */
export class DockerBundler {
  private readonly images = new Map<string, DockerImage>();
  private readonly made = new Map<string, DockerFunction>();

  constructor(private readonly options: DockerBundlingOptions) {}

  /**
   * @param request what is bundled
   * @param required whether the stack is bundled at all: no image is built where it is not
   */
  public functionProps(request: BundleRequest, required: boolean): DockerFunction {
    const key = JSON.stringify([request, required]);
    const props = this.made.get(key) ?? this.makeProps(request, required);
    this.made.set(key, props);
    return props;
  }

  private makeProps(request: BundleRequest, required: boolean): DockerFunction {
    const project = PythonProject.inspect(request.entry);
    checkPython(project, request.runtime);
    checkDependencies(project);
    const assetExcludes = this.excludes(project);
    const { assetExcludes: exclude, image, ...rest } = this.options;
    const [module, handler] = request.entrypoint.split(':');
    const prefix = isSourceLayout(request.entry, request.entrypoint) ? 'src/' : '';
    return {
      entry: request.entry,
      index: `${prefix}${indexOf(path.join(request.entry, prefix), module)}`,
      handler,
      bundling: {
        ...rest,
        assetExcludes,
        assetHashType: AssetHashType.CUSTOM,
        assetHash: hashParts({
          // The deployed asset has this name: it changes with what is done, not with our code.
          commands: JSON.stringify(afterBundling('/asset-output', prefix !== '')),
          dependencies: project.dependencyHash(),
          application: readApplication(project, request.entrypoint, { exclude }).hash,
          target: `${request.runtime} ${request.architecture}`,
          options: JSON.stringify(this.options),
        }),
        ...required ? { image: this.image(request, image) } : {},
        volumes: [{ hostPath: RUNTIME_PACKAGE_DIRECTORY, containerPath: SHIM_VOLUME }],
        commandHooks: { beforeBundling: () => [], afterBundling: (_input, output) => afterBundling(output, prefix !== '') },
      },
    };
  }

  /** `PythonFunction` would build its image once for each function. */
  private image({ runtime, architecture }: BundleRequest, name: string | undefined): DockerImage {
    const key = `${runtime} ${architecture}`;
    const image = this.images.get(key) ?? (name !== undefined ? DockerImage.fromRegistry(name) : DockerImage.fromBuild(dockerfileDirectory(), {
      buildArgs: { IMAGE: new lambda.Runtime(`python${runtime}`, lambda.RuntimeFamily.PYTHON).bundlingImage.image },
      platform: (architecture === 'arm64' ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64).dockerPlatform,
      network: this.options.network,
    }));
    this.images.set(key, image);
    return image;
  }

  /** Patterns of rsync, which reads those of `.gitignore` alike. Lock files stay: the packages are installed from the copy. */
  private excludes(project: PythonProject): string[] {
    const locks = ['uv.lock', 'poetry.lock', 'Pipfile.lock', path.basename(project.dependencies.file)];
    const own = this.options.assetExcludes ?? [];
    const quoted = own.find((pattern) => pattern.includes("'"));
    if (quoted !== undefined) throw new FastApiError(`\`assetExcludes\` of PythonBundling.docker must not hold a quote, got: ${quoted}`);
    const isCdkApp = fs.existsSync(path.join(project.directory, 'cdk.json'));
    const patterns = [...SECRET_DIRECTORIES, ...LEFT_OUT.flatMap((group) => group.patterns), ...isCdkApp ? CDK_APP : []];
    const byName = SECRET_FILES.filter((pattern) => pattern !== '*_history');
    // What the name alone does not tell is named by its path, where rsync and the shell read that as it is.
    const told = ignore().add([...byName, ...patterns]);
    const judged = [...selectFiles(project.directory).leftOut.values()].flat()
      .filter((name) => !told.ignores(name) && /^[\w./ -]+$/.test(name)).map((name) => `/${name}`);
    if (judged.length > MOST_JUDGED) byName.push(...KEYS);
    return [...NEVER_WALKED, ...byName, ...patterns.filter((pattern) => !locks.includes(pattern)), ...judged.slice(0, MOST_JUDGED), ...own];
  }
}

/** What happens in the container after the packages are installed. Every text is fixed: nothing of the project is in it. */
function afterBundling(output: string, sourceLayout: boolean): string[] {
  const requirements = missingRequirements(NO_NAMES).map((line) => {
    const name = line.split('==')[0];
    const install = `python -m pip install --no-deps --require-hashes -r /tmp/${name}.txt -t ${output}`;
    return `if [ ! -d ${output}/${name} ]; then echo '${line}' > /tmp/${name}.txt && ${install}; fi`;
  });
  return [
    ...sourceLayout ? [`cp -R ${output}/src/. ${output}/`, `rm -rf ${output}/src`] : [],
    `rm -rf ${output}/${SHIM}`,
    `cp -R ${SHIM_VOLUME} ${output}/${SHIM}`,
    // Lambda starts it, whatever file system the package went through.
    `chmod 755 ${output}/${SHIM}/run.sh`,
    ...requirements,
    `find ${output} -name __pycache__ -type d -prune -exec rm -rf {} +`,
    // A file that does not compile is left to the function, which may never import it.
    `(PYTHONHASHSEED=0 python -P -s -m compileall -q -q --invalidation-mode unchecked-hash -s ${output} -p /var/task ${output} || true)`,
  ];
}

/** Files that `PythonFunction` installs packages from; from others it would silently install none. */
function checkDependencies({ directory, dependencies: { file } }: PythonProject): void {
  const exists = fs.existsSync(file);
  if (exists && path.dirname(file) === directory && ['uv.lock', 'poetry.lock', 'requirements.txt'].includes(path.basename(file))) return;
  throw new FastApiError(
    `the project must have \`uv.lock\`, \`poetry.lock\` or \`requirements.txt\` in its own directory for \`PythonBundling.docker()\`, got: ${directory} ` +
    `with ${exists ? file : 'none of them'}; write one, for example with \`uv lock\` or \`uv export -o requirements.txt\``,
  );
}

function indexOf(root: string, module: string): string {
  const base = module.split('.').join('/');
  return fs.existsSync(path.join(root, `${base}.py`)) ? `${base}.py` : `${base}/__init__.py`;
}

/** The directory of the alpha package's own Dockerfile. */
function dockerfileDirectory(): string {
  return path.dirname(require.resolve('@aws-cdk/aws-lambda-python-alpha/lib/Dockerfile'));
}
