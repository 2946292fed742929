#!/bin/sh
# Started by the Lambda Web Adapter's bootstrap in place of Lambda's Python runtime, which would otherwise set the path.
# Layers come after the bundle, and before what the runtime brings. Unbuffered: what is printed for a request must be
# in the log before Lambda freezes the environment.
version=${AWS_EXECUTION_ENV##*python}
layers=${CDK_FASTAPI_LAYERS:-/opt}
export PYTHONPATH="${LAMBDA_TASK_ROOT}:${layers}/python/lib/python${version:-3}/site-packages:${layers}/python:${LAMBDA_RUNTIME_DIR:-/var/runtime}"
exec python3 -u -m cdk_fastapi_runtime.server
