#!/usr/bin/env bash
# aws-cdk-lib 2.276.0, constructs 10.8.1
#
# An authorizer of an HTTP API belongs to that API alone. In the CDK it is an object that is handed to routes, and it becomes a resource with the first
# route that it is handed to. Hand one to routes of two APIs: `HttpLambdaAuthorizer` says at synth that it cannot be. `HttpJwtAuthorizer` and
# `HttpUserPoolAuthorizer` say nothing, and the template gives the second API's route the id of an authorizer that belongs to the first API:
# the synth is green, and what is wrong shows in the deployment.
#
# Seen:
#   HttpLambdaAuthorizer    Cannot attach the same authorizer to multiple Apis
#   HttpJwtAuthorizer       the route of Second has an authorizer of First
#   HttpUserPoolAuthorizer  the route of Second has an authorizer of First
#
# Exit status: 0 as described, 1 changed, 2 not installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts aws-cdk-lib@2.276.0 constructs@10.8.1 || exit 2

cat > app.js <<'JS'
const { App, Stack } = require('aws-cdk-lib');
const { HttpApi } = require('aws-cdk-lib/aws-apigatewayv2');
const { HttpJwtAuthorizer, HttpLambdaAuthorizer, HttpUserPoolAuthorizer } = require('aws-cdk-lib/aws-apigatewayv2-authorizers');
const { HttpUrlIntegration } = require('aws-cdk-lib/aws-apigatewayv2-integrations');
const { UserPool } = require('aws-cdk-lib/aws-cognito');
const { Function: LambdaFunction } = require('aws-cdk-lib/aws-lambda');

const authorizers = {
  HttpLambdaAuthorizer: (stack) => new HttpLambdaAuthorizer('Authorizer', LambdaFunction.fromFunctionName(stack, 'Function', 'authorizer')),
  HttpJwtAuthorizer: () => new HttpJwtAuthorizer('Authorizer', 'https://issuer.example', { jwtAudience: ['app'] }),
  HttpUserPoolAuthorizer: (stack) => new HttpUserPoolAuthorizer('Authorizer', new UserPool(stack, 'Pool')),
};

function sharedBetweenTwo(make) {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Stack');
  const authorizer = make(stack);
  const apis = ['First', 'Second'].map((id) => {
    const api = new HttpApi(stack, id);
    api.addRoutes({ path: '/items', integration: new HttpUrlIntegration('Url', 'https://backend.example'), authorizer });
    return [id, stack.resolve(api.apiId).Ref];
  });
  const nameOf = (resource) => apis.find(([, logicalId]) => logicalId === resource.Properties.ApiId.Ref)[0];
  const { Resources } = app.synth().getStackByName('Stack').template;
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    .map((route) => [nameOf(route), nameOf(Resources[route.Properties.AuthorizerId.Ref])])
    .filter(([api, owner]) => api !== owner)
    .map(([api, owner]) => `the route of ${api} has an authorizer of ${owner}`)
    .join() || 'each route has an authorizer of its own API';
}

for (const [name, make] of Object.entries(authorizers)) {
  let outcome;
  try { outcome = sharedBetweenTwo(make); } catch (error) { outcome = error.message; }
  console.log(`${name.padEnd(23)} ${outcome}`);
}
JS
node app.js | tee seen

cat > stated <<'TEXT'
HttpLambdaAuthorizer    Cannot attach the same authorizer to multiple Apis
HttpJwtAuthorizer       the route of Second has an authorizer of First
HttpUserPoolAuthorizer  the route of Second has an authorizer of First
TEXT
diff stated seen
