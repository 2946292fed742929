// node type-check.cjs FILE NODE_MODULES RESULT: type-checks a program and writes what it took, loading the CDK's types not included.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

const [file, modules, result] = process.argv.slice(2);
const lib = path.join(__dirname, '..', '..', 'lib');
const program = ts.createProgram([file], {
  strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16,
  types: ['node'], typeRoots: [path.join(modules, '@types')],
  paths: { 'cdk-fastapi': [path.join(lib, 'index.d.ts')], 'cdk-fastapi/typed': [path.join(lib, 'typed', 'index.d.ts')] },
});
const before = process.cpuUsage();
const problems = ts.getPreEmitDiagnostics(program);
const { user, system } = process.cpuUsage(before);
if (problems.length > 0) throw new Error(ts.formatDiagnostics(problems.slice(0, 3), ts.createCompilerHost({})));
fs.writeFileSync(result, JSON.stringify({ seconds: (user + system) / 1e6, instantiations: program.getInstantiationCount() }));
