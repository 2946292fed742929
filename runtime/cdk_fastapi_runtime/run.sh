#!/bin/sh
# Started by the Lambda Web Adapter's bootstrap in place of Lambda's Python runtime, which would otherwise set the path.
# Layers come after the bundle, and before what the runtime brings. Unbuffered: what is printed for a request must be
# in the log before Lambda freezes the environment.
version=${AWS_EXECUTION_ENV##*python}
layers=${CDK_FASTAPI_LAYERS:-/opt}
export PYTHONPATH="${LAMBDA_TASK_ROOT:-/var/task}:${layers}/python/lib/python${version:-3}/site-packages:${layers}/python:${LAMBDA_RUNTIME_DIR:-/var/runtime}"
# An image has the adapter here. Whichever of the two ends, ends the environment.
adapter=/opt/cdk-fastapi/lambda-adapter
if [ -x "$adapter" ]; then
  (
    "$adapter"
    kill "$$"
  ) &
fi
exec python3 -u -m cdk_fastapi_runtime.server
