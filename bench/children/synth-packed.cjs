// node synth-packed.cjs PROJECT PYTHON OUTDIR WAY: synthesizes a project for a minor version of Python as a zip file, with a layer or as an image.
'use strict';
const { App, Stack } = require('aws-cdk-lib');
const { Runtime } = require('aws-cdk-lib/aws-lambda');
const { DependencyPlacement, FastApiApp, FastApiRestApi, PythonBundling } = require('../../lib');

const [project, python, outdir, way] = process.argv.slice(2);
const WAYS = {
  package: () => PythonBundling.uv(),
  layer: () => PythonBundling.uv({ dependencies: DependencyPlacement.LAYER }),
  image: () => PythonBundling.image(),
};
const app = new App({ outdir, analyticsReporting: false });
const stack = new Stack(app, 'Bench');
new FastApiRestApi(stack, 'Api', { app: FastApiApp.fromDirectory(project, { runtime: Runtime[`PYTHON_${python.replace('.', '_')}`], bundling: WAYS[way]() }) });
app.synth();
