// Runs a function of a Node.js runtime against Lambda's Runtime API: `node node-client.mjs DIRECTORY HANDLER`.
// Lambda's own client for Node.js is built from source with a C++ compiler, which this machine may lack.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , directory, handlerName] = process.argv;
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const post = (path, value) => fetch(`${api}/${path}`, { method: 'POST', body: JSON.stringify(value) ?? 'null' });
const described = (error) => ({
  errorType: error?.name ?? 'Error', errorMessage: error?.message ?? String(error), trace: String(error?.stack ?? '').split('\n'),
});

let handler;
try {
  handler = await load();
} catch (error) {
  console.error(error);
  await post('init/error', described(error));
  process.exit(1);
}

for (;;) {
  const next = await fetch(`${api}/invocation/next`);
  const header = (name) => next.headers.get(`lambda-runtime-${name}`);
  const id = header('aws-request-id');
  const context = {
    awsRequestId: id,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: header('invoked-function-arn'),
    getRemainingTimeInMillis: () => Number(header('deadline-ms')) - Date.now(),
  };
  const event = await next.json();
  try {
    const answer = await call(event, context);
    await post(`invocation/${id}/response`, answer);
  } catch (error) {
    console.error(error);
    await post(`invocation/${id}/error`, described(error));
  }
}

/** `lib/index.handler`: an export, or a member of one, of a module. */
async function load() {
  const [, module, members] = /^(.*?[^/.]*)\.([^/]+)$/.exec(handlerName) ?? [];
  const file = ['.js', '.mjs', '.cjs'].map((end) => join(directory, module + end)).find((each) => existsSync(each));
  if (file === undefined) throw new Error(`Cannot find module '${module}'`);
  const exports = await loadModule(file);
  const found = members.split('.').reduce((value, name) => value?.[name] ?? value?.default?.[name], exports);
  if (typeof found !== 'function') throw new Error(`${handlerName} is undefined or not exported`);
  return found;
}

async function loadModule(file) {
  try {
    return createRequire(file)(file);
  } catch (error) {
    if (file.endsWith('.mjs') || error?.code === 'ERR_REQUIRE_ESM' || error instanceof SyntaxError) return import(pathToFileURL(file).href);
    throw error;
  }
}

/** Handlers answer by a promise, by a value, or by a callback. */
function call(event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, value) => (error === null || error === undefined ? resolve(value) : reject(error));
    const answer = handler(event, { ...context, done: callback, succeed: resolve, fail: reject }, callback);
    if (typeof answer?.then === 'function') answer.then(resolve, reject);
    else if (handler.length < 3) resolve(answer);
  });
}
