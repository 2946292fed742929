import * as fs from 'fs';
import * as path from 'path';
import { compareText } from '../../private/hash';
import { recordLines, type InstalledPackage } from '../../python/installed-packages';

/**
 * Writes the `RECORD` of each package again, with the files that are there and no others: `importlib.metadata` answers `files()` and
 * `packages_distributions()` from it, and packages ask for those while they are imported. It names no machine: paths are relative,
 * and bytecode, which depends on the interpreter of this machine, is not in it.
 *
 * @param files all files below the directory that stay
 * @see https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 */
export function rewriteRecords(directory: string, files: readonly string[], packages: readonly InstalledPackage[]): void {
  const present = new Set(files);
  for (const { info } of packages) {
    const record = `${info}/RECORD`;
    if (!present.has(record)) continue;
    const absolute = path.join(directory, record);
    const kept = recordLines(fs.readFileSync(absolute, 'utf8')).filter(({ file }) => file !== record && present.has(file));
    const lines = [...kept.map(({ line }) => line), `${record},,`].sort(compareText);
    // It may be linked to the one in uv's cache.
    fs.rmSync(absolute);
    fs.writeFileSync(absolute, `${lines.join('\n')}\n`);
  }
}
