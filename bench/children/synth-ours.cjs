// node synth-ours.cjs PROJECT PYTHON OUTDIR: synthesizes a project with this library for a minor version of Python.
'use strict';
const { App, Stack } = require('aws-cdk-lib');
const { Runtime } = require('aws-cdk-lib/aws-lambda');
const { FastApiApp, FastApiRestApi } = require('../../lib');

const [project, python, outdir] = process.argv.slice(2);
const app = new App({ outdir, analyticsReporting: false });
const stack = new Stack(app, 'Bench');
new FastApiRestApi(stack, 'Api', { app: FastApiApp.fromDirectory(project, { runtime: Runtime[`PYTHON_${python.replace('.', '_')}`] }) });
app.synth();
