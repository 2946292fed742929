import * as path from 'path';
import { Stage } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { FastApiApp } from '../app/fast-api-app';
import { minorVersion } from '../app/project-runtime';

/** The type of the entry in the assembly's manifest that tells of which project a function is made. */
export const PROJECT_METADATA = 'cdk-fastapi:project';

/**
 * Writes into the assembly, and not into the template, of which project a function is made: so it can be served from
 * its sources. Paths are relative to the assembly.
 */
export function recordProject(handler: lambda.Function, app: FastApiApp): void {
  const assembly = Stage.of(handler)?.outdir;
  // The L1, whose path has the logical id in the manifest; functions that the CDK makes have no other default child.
  const resource = handler.node.defaultChild;
  if (assembly === undefined || resource === undefined) return;
  const { entry, entrypoint, selection } = app._source;
  const project = { python: minorVersion(app._runtime), entry: path.relative(assembly, entry).split(path.sep).join('/'), entrypoint, ...selection };
  // Without what is undefined, which the manifest cannot hold.
  resource.node.addMetadata(PROJECT_METADATA, JSON.parse(JSON.stringify(project)), { stackTrace: false });
}
