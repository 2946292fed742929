import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { benchPython } from './measure';
import { findUv } from '../src/python/uv';

/** When, where and with what was measured, as one line. */
export function machine(): string {
  const [cpu] = os.cpus();
  const facts = [
    new Date().toISOString().slice(0, 10),
    `${os.cpus().length} × ${cpu.model.trim()}`,
    `${Math.round(os.totalmem() / 2 ** 30)} GB`,
    `${os.type()} ${os.release().split('-')[0]} ${process.arch}`,
    `load average ${os.loadavg()[0].toFixed(1)}`,
    `Node.js ${process.versions.node}`,
    `Python ${benchPython().version}`,
    `uv ${findUv().version}`,
    `aws-cdk-lib ${installed('aws-cdk-lib')}`,
  ];
  return facts.join(', ');
}

/** The version of a package among the dependencies of this repository. */
export function installed(name: string): string {
  const manifest = path.join(__dirname, '..', 'node_modules', ...name.split('/'), 'package.json');
  return (JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version: string }).version;
}
