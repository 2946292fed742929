import * as fs from 'fs';
import * as path from 'path';
import { readableConstraint } from './compilation';
import { markerHolds } from './marker';
import { normalizedName, type RequirementLine } from './requirements-file';
import type { Resolution, ResolutionTask } from './resolution';
import { isTable, parseToml, stringifyToml, table, tables, text, texts, type TomlTable } from '../../private/toml';
import { takesWheel } from '../platform';

/** A list of requirements with hashes, installed as it stands. */
export function fromHashed(lines: readonly RequirementLine[], task: ResolutionTask): Resolution {
  const file = path.join(task.scratch, 'requirements.txt');
  fs.writeFileSync(file, `${lines.map((line) => readableConstraint(line.text, task.scratch)).join('\n')}\n`);
  const names = new Set(lines.flatMap((line) => (markerHolds(line.marker, task.markers) ? line.name ?? [] : [])));
  return { file, hashed: true, whole: false, locals: [], sources: [], names, wheels: task.wheels };
}

/** The packages of a `pylock.toml`: the local ones are taken out of it, since they are built here; a marker that is false for the target leaves one out. */
export function fromPylock(content: string, task: ResolutionTask): Resolution {
  // uv writes paths relative to the directory that it runs in, and reads a `pylock.toml` relative to where it lies: the project, both.
  const self = task.project.directory;
  const lock = parseToml(content);
  const packages = tables(lock.packages);
  const groups = [...task.groups, ...texts(lock['default-groups'])];
  const wanted = (each: TomlTable): boolean => markerHolds(text(each.marker), { ...task.markers, groups });
  const located = packages.map((each) => ({ each, local: localPath(each, self) }));
  const remote = located.filter(({ local }) => local === undefined).map(({ each }) => withWheelsFor(each, task));
  // What the project allows was checked against the target; uv would check the interpreter that it works with.
  const { 'requires-python': _, ...rest } = lock;
  const file = path.join(task.scratch, 'pylock.toml');
  fs.writeFileSync(file, stringifyToml({ ...rest, packages: remote }));
  return {
    file,
    hashed: false,
    whole: true,
    locals: located.flatMap(({ each, local }) => (local === undefined || local === self || !wanted(each) ? [] : local)),
    sources: remote.filter((each) => isTable(each.vcs) || isTable(each.archive)).flatMap((each) => text(each.name) ?? []),
    names: new Set(packages.filter(wanted).flatMap((each) => normalizedName(text(each.name) ?? ''))),
    wheels: task.wheels,
  };
}

/** Without the wheels that need a newer C library than the platform has: uv is asked for a wider one. */
function withWheelsFor(each: TomlTable, { platform }: ResolutionTask): TomlTable {
  if (platform === undefined || each.wheels === undefined) return each;
  const fileOf = (wheel: TomlTable): string => text(wheel.name) ?? path.posix.basename(text(wheel.url) ?? text(wheel.path) ?? '');
  return { ...each, wheels: tables(each.wheels).filter((wheel) => takesWheel(fileOf(wheel), platform)) };
}

/** Where a package of a `pylock.toml` lies on this machine; undefined for what is downloaded. */
export function localPath(each: TomlTable, base: string): string | undefined {
  const directory = text(table(each, 'directory').path) ?? text(table(each, 'archive').path);
  return directory === undefined ? undefined : path.resolve(base, directory);
}
