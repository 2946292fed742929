// node bundle.cjs PROJECT PYTHON ARCHITECTURE RESULT [started]: makes a bundle, or finds it, and writes where it is and its hash; `started` has it
// started once. BENCH_LIB is another build of this library.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const lib = process.env.BENCH_LIB ?? path.join(__dirname, '..', '..', 'lib');
const { PythonBundling } = require(path.join(lib, 'bundling', 'python-bundling'));

const [entry, runtime, architecture, result, started] = process.argv.slice(2);
const entrypoint = 'main:app';
const bundle = PythonBundling.uv()._bundle({ entry, entrypoint, runtime, architecture });
if (started === 'started') require(path.join(lib, 'app', 'start-check')).checkStart({ bundle, entrypoint, variables: {}, placeholders: {} });
fs.writeFileSync(result, JSON.stringify({ directory: bundle.directory, hash: bundle.hash }));
