import * as path from 'path';
import { Stage } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { FastApiApp } from '../app/fast-api-app';
import { minorVersion } from '../app/project-runtime';

/** The metadata type in the assembly's manifest for the project that a function is made from. */
export const PROJECT_METADATA = 'cdk-fastapi:project';

/**
 * Writes the project that a function is made from into the assembly's manifest, not into the template, so that the local
 * server can run the function from its sources. Paths are relative to the assembly.
 */
export function recordProject(handler: lambda.Function, app: FastApiApp): void {
  const assembly = Stage.of(handler)?.outdir;
  // On the L1, because the manifest has the logical id of its path.
  const resource = handler.node.defaultChild;
  if (assembly === undefined || resource === undefined) return;
  const { entry, entrypoint, selection } = app._source;
  const project = { python: minorVersion(app._runtime), entry: path.relative(assembly, entry).split(path.sep).join('/'), entrypoint, ...selection };
  // The round trip removes undefined members, which the manifest does not support.
  resource.node.addMetadata(PROJECT_METADATA, JSON.parse(JSON.stringify(project)), { stackTrace: false });
}
