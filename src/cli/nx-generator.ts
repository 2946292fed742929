import * as fs from 'fs';
import { machineNotes, thisMachine } from './new/machine';
import type { Auth, Compute } from './new/new-options';
import { cdkDirectories } from './new/place';
import { planProject, type Place } from './new/plan';
import { FastApiError } from '../private/errors';

/** What this generator uses of Nx's file tree; Nx is no dependency, it calls us. */
export interface NxTree {
  /** Absolute path of the workspace. */
  readonly root: string;
  exists(file: string): boolean;
  read(file: string, encoding: 'utf-8'): string | null;
  write(file: string, content: string): void;
  children(directory: string): string[];
  isFile(file: string): boolean;
}

/** The options of `nx-schema.json`. */
export interface NxGeneratorOptions {
  readonly name: string;
  readonly computeType?: keyof typeof COMPUTE_TYPES;
  readonly auth?: keyof typeof AUTH_TYPES;
  readonly directory?: string;
  readonly moduleName?: string;
  readonly force?: boolean;
}

const COMPUTE_TYPES = {
  ServerlessApiGatewayRestApi: 'rest',
  ServerlessApiGatewayHttpApi: 'http',
  StreamingFunctionUrl: 'streaming',
} as const satisfies Record<string, Compute>;

const AUTH_TYPES = { IAM: 'iam', Cognito: 'cognito', None: 'none' } as const satisfies Record<string, Auth>;

/** `nx g cdk-fastapi:api`: what `cdk-fastapi new` does, through Nx's file tree. What it returns is called once the files are there. */
export default function generator(tree: NxTree, options: NxGeneratorOptions): () => void {
  const machine = thisMachine();
  const { name, computeType = 'ServerlessApiGatewayRestApi', auth = 'IAM', directory = 'packages', moduleName, force = false } = options;
  const plan = planProject({
    name,
    directory,
    moduleName: moduleName || undefined,
    compute: COMPUTE_TYPES[computeType],
    auth: AUTH_TYPES[auth],
    python: machine.python,
  }, placeOf(tree));
  const existing = [...plan.fresh.keys()].filter((file) => tree.exists(file));
  if (existing.length > 0 && !force) {
    throw new FastApiError(`files that exist are not written over, got: ${existing.slice(0, 5).join(', ')}; choose another name, or say --force`);
  }
  for (const [file, content] of [...plan.fresh, ...plan.changed]) tree.write(file, content);
  return () => {
    for (const note of machineNotes(machine)) process.stderr.write(`warning: ${note}\n`);
  };
}

function placeOf(tree: NxTree): Place {
  return {
    root: fs.realpathSync(tree.root),
    nx: true,
    cdkDirectories: () => cdkDirectories((relative) => tree.children(relative).map((name) => ({
      name, directory: !tree.isFile(relative === '' ? name : `${relative}/${name}`),
    }))),
    read: (file) => tree.read(file, 'utf-8') ?? undefined,
  };
}
