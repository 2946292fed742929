// node synth-python-function.cjs PROJECT OPERATIONS PYTHON OUTDIR: the same API with one PythonFunction per operation.
'use strict';
const fs = require('node:fs');
const { PythonFunction } = require('@aws-cdk/aws-lambda-python-alpha');
const { App, Duration, Stack } = require('aws-cdk-lib');
const apigateway = require('aws-cdk-lib/aws-apigateway');
const lambda = require('aws-cdk-lib/aws-lambda');

const [entry, operations, python, outdir] = process.argv.slice(2);
const app = new App({ outdir, analyticsReporting: false });
const stack = new Stack(app, 'Bench');
const api = new apigateway.RestApi(stack, 'Api', {
  defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
  defaultCorsPreflightOptions: { allowOrigins: ['*'] },
});
for (const { name, method, path } of JSON.parse(fs.readFileSync(operations, 'utf8'))) {
  const handler = new PythonFunction(stack, name, {
    entry,
    index: 'main.py',
    runtime: lambda.Runtime[`PYTHON_${python.replace('.', '_')}`],
    timeout: Duration.seconds(30),
    memorySize: 1024,
    tracing: lambda.Tracing.ACTIVE,
  });
  api.root.resourceForPath(path).addMethod(method, new apigateway.LambdaIntegration(handler, { allowTestInvoke: false }));
}
app.synth();
