import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { FastApiError } from '../../private/errors';
import { parseToml, table, text } from '../../private/toml';
import { applicationFiles } from '../project-files';

/** A copy of a local package, to be built from. */
export interface LocalPackage {
  readonly path: string;
  readonly url: string;
  /** Where its metadata says it. */
  readonly name?: string;
}

/** What a build of a package reads beside what an application is made of. */
const BUILD_INPUTS = ['build/**', 'tests/**', 'test/**', 'dist/**', '.gitignore', '.python-version'];

/**
 * Copies a local package into a directory. Build tools write beside the source (`build/`, `*.egg-info`), and uv
 * takes a path that it has built before for unchanged: a new path for each build avoids both.
 */
export function materialize(source: string, scratch: string): LocalPackage {
  const stat = fs.statSync(source, { throwIfNoEntry: false });
  if (stat === undefined) throw new FastApiError(`a local package that the project depends on must exist, got: ${source}`);
  if (stat.isFile()) return { path: source, url: pathToFileURL(source).href };
  const copy = path.join(scratch, `local-${randomUUID()}`, path.basename(source));
  for (const file of applicationFiles(source, { include: BUILD_INPUTS })) {
    fs.mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
    fs.copyFileSync(path.join(source, file), path.join(copy, file));
  }
  const pyproject = path.join(source, 'pyproject.toml');
  const name = fs.existsSync(pyproject) ? text(table(parseToml(fs.readFileSync(pyproject, 'utf8')), 'project').name) : undefined;
  return { path: copy, url: pathToFileURL(copy).href, ...(name === undefined ? {} : { name }) };
}
