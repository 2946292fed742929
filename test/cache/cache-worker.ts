// The module itself, not a copy: a phase replaces one of its functions.
// eslint-disable-next-line @typescript-eslint/no-require-imports
import fs = require('fs');
import * as path from 'path';
import { cacheEntry } from '../../src/cache/cache';

/** Makes one entry in a process of its own. Arguments: log file, phase to hang in (or `-`). */
const [log, phase] = process.argv.slice(2);

function hang(): void {
  fs.appendFileSync(log, 'hanging\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120_000);
}

if (phase === 'sealing') {
  // The manifest is written, and the entry has no name yet.
  const rename = fs.renameSync;
  fs.renameSync = (from, to) => (String(from).includes('.tmp-') && !String(to).includes('.tmp-') ? hang() : rename(from, to));
}

const entry = cacheEntry({
  kind: 'things',
  key: 'one',
  what: 'making a thing',
  build: (directory) => {
    fs.appendFileSync(log, `built by ${process.pid}\n`);
    if (phase === 'beginning') hang();
    for (let index = 0; index < 50; index++) {
      if (phase === 'middle' && index === 25) hang();
      fs.writeFileSync(path.join(directory, `file-${index}.txt`), `content ${index}`);
    }
  },
});
process.stdout.write(`${entry.manifest.hash} ${fs.readdirSync(entry.directory).length}`);
