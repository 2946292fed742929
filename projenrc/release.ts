import type { cdk } from 'projen';

/** projen writes the npm registry's address into the release workflow; publib's own default is the same one. */
export function releaseWithoutRegistryAddress(project: cdk.JsiiProject): void {
  const workflow = project.github?.tryFindWorkflow('release')?.file;
  for (let step = 0; step < 15; step++) {
    workflow?.addDeletionOverride(`jobs.release_npm.steps.${step}.env.NPM_REGISTRY`);
  }
}
