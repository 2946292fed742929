// node synth-typed.cjs typed|untyped CONSTRUCT PROJECT DOCUMENT STACKS OUTDIR: the same stacks through a generated class or through the core's.
'use strict';
const { App, Stack } = require('aws-cdk-lib');
const { Runtime } = require('aws-cdk-lib/aws-lambda');
const { FastApiApp, FastApiRestApi, OpenApiSource } = require('../../lib');

const [side, construct, project, document, stacks, outdir] = process.argv.slice(2);
// Both sides load both: only how the construct is made differs.
const { BenchApi } = require(construct);
// Nothing is bundled, which is the same on both sides.
const tree = new App({ outdir, analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } });
const app = FastApiApp.fromDirectory(project, { entrypoint: 'main:app', runtime: Runtime.PYTHON_3_13, openApi: OpenApiSource.fromFile(document) });
for (let index = 0; index < Number(stacks); index += 1) {
  const stack = new Stack(tree, `Bench${index}`);
  if (side === 'typed') new BenchApi(stack, 'Api', { app, integrations: BenchApi.defaultIntegrations(stack, { app }).build() });
  else new FastApiRestApi(stack, 'Api', { app, integrations: FastApiRestApi.defaultIntegrations(stack, app).build() });
}
tree.synth();
