import * as fs from 'fs';
import * as path from 'path';
import { FastApiError } from '../../private/errors';
import type { InstalledPackage } from '../../python/installed-packages';
import { machine, pythonTag, runsOn, type Platform } from '../../python/platform';

/** @see https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html for the offsets and numbers */
const ELF_MACHINES = new Map([[62, 'x86_64'], [183, 'aarch64'], [40, 'arm'], [3, 'i386']]);
const EXTENSION = /\.(?:cpython-(\d+)[\w-]*|abi3)\.so$/;

/**
 * Checks that what was installed runs on the target: tags of the wheels, and the machine of compiled libraries.
 *
 * @throws FastApiError that names every file and package that does not
 */
export function checkNative(directory: string, files: readonly string[], packages: readonly InstalledPackage[], platform: Platform): void {
  const owned = new Set(packages.flatMap((each) => each.files));
  const problems = [
    ...packages.flatMap((each) => (each.tags.length === 0 || each.tags.some((tag) => fits(tag, platform)) ? [] : `${each.name} (built as ${each.tags.join(', ')})`)),
    ...files.filter((file) => /\.(so|pyd|dylib)(\.|$)/.test(file)).flatMap((file) => problemOf(directory, file, platform, owned.has(file)) ?? []),
  ];
  if (problems.length === 0) return;
  throw new FastApiError(
    `every compiled library of a bundle must be for ${machine(platform)} and Python ${platform.python}, got: ${problems.slice(0, 10).join('; ')}` +
    `${problems.length > 10 ? ` and ${problems.length - 10} more` : ''}; use packages that have a wheel for it, or \`PythonBundling.docker()\``,
  );
}

/** Whether a wheel's tag fits: `any`, or a Linux platform of the machine with an interpreter that the target is. */
function fits(tag: string, platform: Platform): boolean {
  const [pythons, abi, platforms] = tag.split('-');
  const platformFits = platforms.split('.').some((each) => runsOn(each, platform));
  const own = Number(platform.python.split('.')[1]);
  const pythonFits = pythons.split('.').some((python) => {
    const match = /^(py|cp)(\d)(\d*)$/.exec(python);
    if (match === null || match[2] !== '3') return false;
    if (match[3] === '') return true;
    return match[1] === 'py' || abi === 'abi3' || abi === 'none' ? Number(match[3]) <= own : python === pythonTag(platform);
  });
  return platformFits && pythonFits;
}

/** A wheel may carry libraries of other platforms beside its own; an extension module it does not load is none of them. */
function problemOf(directory: string, file: string, platform: Platform, fromWheel: boolean): string | undefined {
  const extension = EXTENSION.exec(file);
  if (fromWheel && extension === null) return undefined;
  const found = platformOf(path.join(directory, file));
  if (found !== undefined && found !== machine(platform)) return `${file} (${found})`;
  if (extension?.[1] !== undefined && `cp${extension[1]}` !== pythonTag(platform)) return `${file} (Python ${extension[1][0]}.${extension[1].slice(1)})`;
  return undefined;
}

/** The machine of an ELF file, the system of another library, undefined for what is no library at all. */
function platformOf(file: string): string | undefined {
  const handle = fs.openSync(file, 'r');
  try {
    const head = Buffer.alloc(20);
    if (fs.readSync(handle, head, 0, 20, 0) < 20) return undefined;
    if (head.readUInt32BE(0) === 0x7f454c46) return ELF_MACHINES.get(head.readUInt16LE(18)) ?? `machine ${head.readUInt16LE(18)}`;
    if ([0xfeedfacf, 0xcffaedfe, 0xcafebabe].includes(head.readUInt32BE(0))) return 'macOS';
    return head.toString('latin1', 0, 2) === 'MZ' ? 'Windows' : undefined;
  } finally {
    fs.closeSync(handle);
  }
}
