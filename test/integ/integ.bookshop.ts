import { join } from 'node:path';
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { BookshopStack } from '../../examples/typescript/bookshop-stack';
import { readRequests, type DemoRequest } from '../../scripts/demo/request';
import type { FastApiRestApi } from 'cdk-fastapi';

/**
 * Deploys the example and calls each of its operations, signed. `npm run integ` deploys it to the account of the
 * environment and removes it: see scripts/integ.mjs. Nothing else runs it.
 */
const app = new App();
const stack = new BookshopStack(app, 'CdkFastApiIntegBookshop');
// The example keeps its API to itself; the construct's id is all there is to find it by.
const api = stack.node.findChild('Bookshop') as FastApiRestApi;

const caller = new lambda.Function(stack, 'Caller', {
  code: lambda.Code.fromAsset(join(__dirname, 'caller')),
  handler: 'index.handler',
  runtime: lambda.Runtime.PYTHON_3_13,
  timeout: Duration.minutes(10),
  memorySize: 512,
  environment: { API_URL: api.url },
});
api.grantInvokeAccess(caller);

const requests = readRequests(join(__dirname, '..', '..', 'examples', 'bookshop', 'requests.json')).map(signable);
const test = new IntegTest(app, 'CdkFastApiInteg', { testCases: [stack] });
test.assertions
  .invokeFunction({ functionName: caller.functionName, payload: JSON.stringify({ requests }) })
  .expect(ExpectedResult.objectLike({ Payload: JSON.stringify(`${requests.length} answers as expected`) }));

/** The signature takes the header of the shop's own sign-in: such a request is refused by the shop, which it has to reach for that. */
function signable({ operation, method, target, headers, body, status }: DemoRequest): object {
  const names = Object.keys(headers);
  const own = names.find((name) => name.toLowerCase() === 'authorization');
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== own));
  return { operation, method, target, headers: kept, body: body.toString('base64'), status: own === undefined ? status : 401 };
}
