// Preloaded with --require: lists what this process starts, whoever starts it, and how long it was waited for.
'use strict';
const childProcess = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const started = [];
let inside = false; // execFile calls spawn
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  const original = childProcess[name];
  childProcess[name] = function counted(...args) {
    if (inside) return original.apply(this, args);
    inside = true;
    const began = performance.now();
    try {
      return original.apply(this, args);
    } finally {
      inside = false;
      started.push({ command: describe(args), milliseconds: performance.now() - began });
    }
  };
}
process.on('exit', () => {
  if (process.env.BENCH_PROCESSES) fs.writeFileSync(process.env.BENCH_PROCESSES, JSON.stringify(started));
});

/** The program and its subcommand or module. */
function describe([program, argv]) {
  const words = Array.isArray(argv) ? argv : [];
  const module = words.indexOf('-m');
  const named = module === -1 ? words.slice(0, 2).filter((word) => /^-?[\w]+$/.test(word)) : words.slice(module, module + 2);
  return [path.basename(String(program)), ...named].join(' ');
}
