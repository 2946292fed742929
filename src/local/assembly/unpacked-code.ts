import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../private/hash';
import { runTool, toolEnvironment } from '../../private/process';

/** Code that is a file of the assembly, a directory of it, or text in the template and the name that Lambda gives it. */
export type CodeSource = { readonly asset: string } | { readonly inline: string; readonly file: string };

const unpacked = new Map<string, string>();
let home: string | undefined;

/** The directory with the code, unpacked once where it is a file or text. */
export function unpackedCode(source: CodeSource): string {
  if ('asset' in source && statSync(source.asset).isDirectory()) return source.asset;
  const key = 'asset' in source ? source.asset : sha256(`${source.file}\n${source.inline}`);
  const before = unpacked.get(key);
  if (before !== undefined) return before;
  const directory = join(scratch(), sha256(key).slice(0, 16));
  mkdirSync(directory, { recursive: true });
  if ('asset' in source) {
    runTool(['python3', '-m', 'zipfile', '-e', source.asset, directory], { cwd: directory, env: toolEnvironment(), what: `unpack ${source.asset}` });
  } else {
    writeFileSync(join(directory, source.file), source.inline);
  }
  unpacked.set(key, directory);
  return directory;
}

/** One directory of this process for all of it, which goes with the process. */
function scratch(): string {
  if (home === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'cdk-fastapi-code-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    home = made;
  }
  return home;
}
