import * as fs from 'fs';
import * as path from 'path';
import { normalizedName } from './dependencies/requirements-file';

/** A distribution that was installed into a directory. */
export interface InstalledPackage {
  /** Normalized name. */
  readonly name: string;
  /** Name of its `.dist-info` directory. */
  readonly info: string;
  /** Its files, relative to the directory. */
  readonly files: readonly string[];
  readonly requires: readonly Requirement[];
  /** Compatibility tags of the wheel, as `cp313-cp313-manylinux_2_28_aarch64`. */
  readonly tags: readonly string[];
}

/** A dependency of a distribution. */
export interface Requirement {
  /** Normalized name. */
  readonly name: string;
  /** The extra that it belongs to; undefined where it is always needed. */
  readonly extra?: string;
}

/**
 * Reads what an installer has recorded below a directory.
 *
 * @see https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 */
export function installedPackages(directory: string): InstalledPackage[] {
  return fs.readdirSync(directory).filter((name) => name.endsWith('.dist-info')).sort().map((info) => {
    const metadata = headers(read(path.join(directory, info, 'METADATA')));
    const wheel = headers(read(path.join(directory, info, 'WHEEL')));
    return {
      name: normalizedName(metadata.get('name')?.[0] ?? info.replace(/-.*$/, '')),
      info,
      files: recordLines(read(path.join(directory, info, 'RECORD'))).map(({ file }) => file),
      requires: (metadata.get('requires-dist') ?? []).map(requirement),
      tags: wheel.get('tag') ?? [],
    };
  });
}

function requirement(line: string): Requirement {
  const name = normalizedName(/^[A-Za-z0-9][\w.-]*/.exec(line)?.[0] ?? '');
  const extra = /\bextra\s*==\s*["']([^"']+)["']/.exec(line)?.[1];
  return extra === undefined ? { name } : { name, extra: normalizedName(extra) };
}

function read(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

/** The header of an email-like file; the description after the first empty line is not looked at. */
function headers(content: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of content.split(/\r?\n/)) {
    if (line === '') break;
    const match = /^([\w-]+):\s*(.*)$/.exec(line);
    if (match === null) continue;
    const name = match[1].toLowerCase();
    found.set(name, [...found.get(name) ?? [], match[2]]);
  }
  return found;
}

/** The lines of a `RECORD`: a CSV file whose second and third column hold no comma. */
export function recordLines(content: string): { readonly file: string; readonly line: string }[] {
  return content.split(/\r?\n/).filter((line) => line !== '').map((line) => {
    const quoted = /^"((?:[^"]|"")*)"/.exec(line);
    return { file: quoted !== null ? quoted[1].replace(/""/g, '"') : line.split(',')[0], line };
  });
}
