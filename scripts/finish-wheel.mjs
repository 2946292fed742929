// Completes the wheel in dist/python: see packaging/python/finish_wheel.py.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython } from './uv.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const done = spawnSync(findPython(), [join(root, 'packaging', 'python', 'finish_wheel.py'), join(root, 'dist', 'python')], { stdio: 'inherit' });
process.exit(done.status ?? 1);
