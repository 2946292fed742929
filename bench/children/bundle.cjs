// node bundle.cjs PROJECT PYTHON ARCHITECTURE RESULT: makes a bundle, or finds it, and writes where it is and its hash.
'use strict';
const fs = require('node:fs');
const { PythonBundling } = require('../../lib/bundling/python-bundling');

const [entry, runtime, architecture, result] = process.argv.slice(2);
const { directory, hash } = PythonBundling.uv()._bundle({ entry, entrypoint: 'main:app', runtime, architecture });
fs.writeFileSync(result, JSON.stringify({ directory, hash }));
