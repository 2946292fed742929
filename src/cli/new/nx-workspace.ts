import * as path from 'path';
import { KINDS, type ConstructSource } from './construct-source';
import type { Auth, Compute } from './new-options';
import type { ProjectNames } from './project-names';
import { templateFile, type Files } from './template';
import { typescriptAuth, typescriptConstruct } from './typescript-construct';
import { FastApiError } from '../../private/errors';

/** Where the workspace has its constructs. */
export const CONSTRUCTS = 'packages/common/constructs';

/** What the files of an Nx workspace are made from. All paths have slashes and are relative to the workspace. */
export interface NxProject {
  readonly names: ProjectNames;
  readonly compute: Compute;
  readonly auth: Auth;
  /** Directory of the project. */
  readonly directory: string;
  /** The directory in which `cdk` runs: that of `cdk.json`. */
  readonly cdkDirectory: string;
  /** Content of a file of the workspace, undefined where there is none. */
  read(file: string): string | undefined;
}

/** Files that a workspace has beside the project's own: new ones, and existing ones with what is added. */
export interface NxFiles {
  readonly fresh: Files;
  readonly changed: Files;
}

/** The construct of a project in an Nx workspace, and the targets of both. */
export function nxFiles(project: NxProject, withConstruct: boolean): NxFiles {
  const { names, directory } = project;
  const fresh: Files = new Map();
  const targets = templateFile('nx/project.json', names).replaceAll('__TO_ROOT__', relative(directory, '')).replaceAll('__DIRECTORY__', directory);
  fresh.set(`${directory}/project.json`, targets);
  if (!withConstruct) return { fresh, changed: new Map() };

  const constructFile = `${CONSTRUCTS}/src/app/apis/${names.project}-api.ts`;
  // A function URL has no operations that could be typed.
  const plain = (): ConstructSource => ({ ...project, file: constructFile, directory: relative(project.cdkDirectory, directory) });
  fresh.set(constructFile, project.compute === 'streaming' ? typescriptConstruct(plain()) : typedConstruct(project));
  const changed: Files = new Map();
  const edit = (file: string, change: (text: string | undefined) => string): void => {
    const before = project.read(`${CONSTRUCTS}/${file}`);
    const after = change(before);
    if (after !== before) (before === undefined ? fresh : changed).set(`${CONSTRUCTS}/${file}`, after);
  };
  edit('package.json', (text) => text ?? PACKAGE);
  edit('tsconfig.json', (text) => text ?? TSCONFIG);
  edit('.gitignore', (text) => withLine(text, 'src/generated/'));
  edit('src/app/apis/index.ts', (text) => withLine(text, `export * from './${names.project}-api.js';`));
  edit('src/app/index.ts', (text) => withLine(text, "export * from './apis/index.js';"));
  edit('src/index.ts', (text) => withLine(text, "export * from './app/index.js';"));
  edit('project.json', (text) => projectJson(text, project));
  return { fresh, changed };
}

/** The construct without its generated part; that one has the operations and extends the library's. */
function typedConstruct({ names, compute, auth }: NxProject): string {
  const { what, auth: authClass } = KINDS[compute];
  const kind = compute === 'rest' ? 'Rest' : 'Http';
  const operations = `${names.construct}Operations`;
  const props = `${kind}ApiProps<${operations}, Integrations>`;
  const cognito = auth === 'cognito';
  return `${cognito ? "import type { IUserPool } from 'aws-cdk-lib/aws-cognito';\n" : ''}import { ${authClass} } from 'cdk-fastapi';
import type { Default${kind}Integrations, ${kind}ApiProps, ${kind}Integrations } from 'cdk-fastapi/typed';
import type { Construct } from 'constructs';
import { ${names.construct} as Generated, type ${operations} } from '../../generated/${names.project}/${names.project}.js';

/** The ${what} of ${names.project}. Its operations are in the generated part. */
export class ${names.construct}<
  Integrations extends ${kind}Integrations<${operations}> = Default${kind}Integrations<${operations}>,
> extends Generated<Integrations> {
  constructor(scope: Construct, id: string, ${cognito ? `{ userPool, ...props }: ${props} & { readonly userPool: IUserPool }` : `props: ${props} = {}`}) {
    super(scope, id, { auth: ${typescriptAuth(compute, auth)}, ...props }${cognito ? ` as ${props}` : ''});
  }
}
`;
}

function projectJson(text: string | undefined, { names, compute, directory, cdkDirectory }: NxProject): string {
  const project = parse(text ?? JSON.stringify({
    $schema: '../../../node_modules/nx/schemas/project-schema.json',
    name: 'common-constructs',
    projectType: 'library',
    sourceRoot: `${CONSTRUCTS}/src`,
    targets: {
      compile: { executor: 'nx:run-commands', cache: true, options: { cwd: '{projectRoot}', command: 'tsc --noEmit -p tsconfig.json' } },
    },
  }));
  if (compute === 'streaming') return serialize(project);
  const name = `generate:${names.construct}-metadata`;
  const generated = `src/generated/${names.project}`;
  // Nx knows `{workspaceRoot}` at the beginning of an option only, so that commands need relative paths.
  const out = relative(cdkDirectory, `${CONSTRUCTS}/${generated}/${names.project}.ts`);
  const target: Target = {
    executor: 'nx:run-commands',
    cache: true,
    inputs: [`{workspaceRoot}/${directory}/**/*.py`, `{workspaceRoot}/${directory}/pyproject.toml`, `{workspaceRoot}/${directory}/uv.lock`],
    outputs: [`{projectRoot}/${generated}`],
    options: {
      // The generated construct finds the project from where `cdk` runs.
      cwd: cdkDirectory || '.',
      command: `npx cdk-fastapi generate --name ${names.construct} --kind ${compute} --language typescript --entry ${relative(cdkDirectory, directory)} --out ${out}`,
    },
  };
  const targets: Record<string, Target> = { ...project.targets, [name]: target };
  for (const needs of ['compile', 'build']) {
    const existing = targets[needs];
    if (existing !== undefined) targets[needs] = { ...existing, dependsOn: [...new Set([...existing.dependsOn ?? [], name])] };
  }
  return serialize({ ...project, targets });
}

interface Target {
  readonly [property: string]: unknown;
  readonly dependsOn?: readonly unknown[];
}

interface ProjectJson {
  readonly targets?: Record<string, Target>;
}

function parse(text: string): ProjectJson {
  try {
    // Nx itself reads it as its own kind of file; only `targets` is touched.
    return JSON.parse(text) as ProjectJson;
  } catch (error) {
    throw new FastApiError(`${CONSTRUCTS}/project.json must be JSON, got: ${(error as Error).message}`, { cause: error });
  }
}

function serialize(project: ProjectJson): string {
  return `${JSON.stringify(project, undefined, 2)}\n`;
}

function relative(from: string, to: string): string {
  return path.posix.relative(`/${from}`, `/${to}`) || '.';
}

function withLine(text: string | undefined, line: string): string {
  if (text === undefined) return `${line}\n`;
  return text.split('\n').includes(line) ? text : `${text.replace(/\n*$/, text === '' ? '' : '\n')}${line}\n`;
}

const PACKAGE = `${JSON.stringify({ name: 'common-constructs', version: '0.0.0', private: true, type: 'module', exports: './src/index.ts' }, undefined, 2)}\n`;

const TSCONFIG = `${JSON.stringify({
  compilerOptions: {
    target: 'ES2022', module: 'NodeNext', moduleResolution: 'NodeNext', strict: true, noEmit: true, skipLibCheck: true, isolatedModules: true, types: ['node'],
  },
  include: ['src/**/*.ts'],
}, undefined, 2)}\n`;
