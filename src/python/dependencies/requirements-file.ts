import * as fs from 'fs';
import * as path from 'path';
import { FastApiError } from '../../private/errors';
import { isFile } from '../../private/file-kind';

/** One requirement of a file, or one option line. */
export interface RequirementLine {
  /** The logical line without comments and continuations. */
  readonly text: string;
  /** Normalized name of the package, where the line says it. */
  readonly name?: string;
  /** Absolute path of a directory or an archive of this machine. */
  readonly local?: string;
  readonly hashed: boolean;
  /** What follows `;`. */
  readonly marker?: string;
}

/** A `requirements.txt` with the files it includes. */
export interface RequirementsFile {
  readonly lines: readonly RequirementLine[];
  /** Absolute paths of the file and all it includes with `-r` and `-c`. */
  readonly files: readonly string[];
  /** Whether every requirement has a hash: a lock, to be installed as it stands. */
  readonly hashed: boolean;
}

/** Reads a requirements file as far as a bundle depends on it; pip's and uv's own reading stays with them. */
export function readRequirements(file: string): RequirementsFile {
  const files: string[] = [];
  const lines: RequirementLine[] = [];
  read(file, files, lines);
  const requirements = lines.filter((line) => !line.text.startsWith('-') || line.local !== undefined);
  return { lines, files, hashed: requirements.length > 0 && requirements.every((line) => line.hashed) };
}

/** The name of a package as indexes compare it (PEP 503). */
export function normalizedName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** The text of a requirements file: UTF-8, or UTF-16 by its mark, as PowerShell writes it. */
export function requirementsText(content: Buffer): string {
  if (content.length >= 2 && content.readUInt16BE(0) === 0xfeff) return Buffer.from(content.subarray(2, content.length - content.length % 2)).swap16().toString('utf16le');
  const text = content.toString(isUtf16(content) ? 'utf16le' : 'utf8');
  return text.replace(/^\ufeff/, '');
}

/** Whether a text has the mark of UTF-16. */
export function isUtf16(content: Buffer): boolean {
  return content.length >= 2 && [0xfeff, 0xfffe].includes(content.readUInt16BE(0));
}

function read(file: string, files: string[], lines: RequirementLine[]): void {
  if (files.includes(file)) return;
  let content: string;
  try {
    if (!isFile(file)) throw new Error('no file');
    content = requirementsText(fs.readFileSync(file));
  } catch (error) {
    throw new FastApiError(`a requirements file of the project cannot be read, got: ${file}`, { cause: error });
  }
  files.push(file);
  const directory = path.dirname(file);
  for (const text of logicalLines(content)) {
    const included = /^(?:-r|--requirement)[ =]?\s*(\S+)$/.exec(text);
    const constraint = /^(?:-c|--constraint)[ =]?\s*(\S+)$/.exec(text);
    if (included !== null) read(path.resolve(directory, included[1]), files, lines);
    else if (constraint !== null) read(path.resolve(directory, constraint[1]), files, []);
    if (included === null) lines.push(describe(constraint === null ? text : `-c ${path.resolve(directory, constraint[1])}`, directory));
  }
}

function logicalLines(content: string): string[] {
  return content.replace(/\\\r?\n/g, ' ').split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

function describe(text: string, directory: string): RequirementLine {
  const hashed = /\s--hash[= ]/.test(text);
  const editable = /^(?:-e|--editable)[ =]?\s*(.+)$/.exec(text);
  const target = (editable?.[1] ?? text).split(/\s+(?:;|--)/)[0].trim();
  const direct = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*@\s*(.+)$/.exec(target);
  const marker = /(?:\s|\]);\s*(.+?)\s*(?:\s--|$)/.exec(text)?.[1] ?? (direct === null ? /^[^;]+;\s*(.+?)\s*(?:\s--|$)/.exec(text)?.[1] : undefined);
  const location = localPath(direct?.[2] ?? target, directory);
  const name = direct?.[1] ?? (location === undefined ? /^([A-Za-z0-9][\w.-]*)/.exec(target)?.[1] : undefined);
  return {
    text,
    hashed,
    ...(name === undefined || text.startsWith('-') && direct === null ? {} : { name: normalizedName(name) }),
    ...(location === undefined ? {} : { local: location }),
    ...(marker === undefined ? {} : { marker }),
  };
}

function localPath(target: string, directory: string): string | undefined {
  const bare = target.replace(/\[[^\]]*\]$/, '');
  if (bare.startsWith('file:')) return decodeURIComponent(bare.replace(/^file:(\/\/(localhost)?(?=\/))?/, '').replace(/#.*$/, ''));
  if (/^[a-z+]+:\/\//i.test(bare) || bare.startsWith('-')) return undefined;
  const pathLike = bare === '.' || /^\.{1,2}[\\/]/.test(bare) || bare.startsWith('..') || path.isAbsolute(bare) || /\.(whl|tar\.gz|zip)$/.test(bare);
  return pathLike ? path.resolve(directory, bare) : undefined;
}
