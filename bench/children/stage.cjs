// node stage.cjs DIRECTORY OUTDIR, or node stage.cjs RESULT-OF-BUNDLE OUTDIR: makes a directory an asset, as the CDK does,
// and writes the CPU time of that alone to $BENCH_CPU: a synthesis loads the CDK once, whatever it bundles.
'use strict';
const fs = require('node:fs');
const { App, AssetStaging, Stack } = require('aws-cdk-lib/core');
const { bundleCode } = require('../../lib/bundling/bundle-code');

const [source, outdir] = process.argv.slice(2);
const app = new App({ outdir, analyticsReporting: false });
const stack = new Stack(app, 'Bench');
const before = process.cpuUsage();
const began = performance.now();
if (source.endsWith('.json')) {
  bundleCode(JSON.parse(fs.readFileSync(source, 'utf8'))).bind(stack);
} else {
  new AssetStaging(stack, 'Asset', { sourcePath: source });
}
const { user, system } = process.cpuUsage(before);
fs.writeFileSync(process.env.BENCH_CPU, JSON.stringify({ user: user / 1e6, system: system / 1e6, wall: (performance.now() - began) / 1000 }));
