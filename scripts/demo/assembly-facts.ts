import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readApis } from '../../src/local/local-api';
import { readFunctions } from '../../src/local/local-function';
import { readTemplates } from '../../src/local/template';
import { entries, member } from '../../src/private/json';

/** How large an assembly is. */
export interface AssemblyFacts {
  readonly routes: number;
  readonly functions: number;
  readonly resources: number;
  readonly templateKilobytes: number;
  readonly bundleMegabytes: number;
}

/** Counts what a cloud assembly deploys. */
export function describeAssembly(assembly: string): AssemblyFacts {
  const templates = readTemplates(assembly);
  const functions = templates.flatMap((template) => [...readFunctions(template).values()]);
  const bundles = new Set(functions.map((definition) => definition.directory));
  return {
    routes: templates.flatMap(readApis).reduce((sum, api) => sum + api.routes.filter((route) => route.functionId !== undefined).length, 0),
    functions: functions.length,
    resources: templates.reduce((sum, template) => sum + entries(member(template.body, 'Resources')).length, 0),
    templateKilobytes: Math.round(templates.reduce((sum, template) => sum + JSON.stringify(template.body, null, 1).length, 0) / 1024),
    bundleMegabytes: Math.round([...bundles].reduce((sum, directory) => sum + sizeOf(directory), 0) / 1e5) / 10,
  };
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(directory, entry.name);
    return sum + (entry.isDirectory() ? sizeOf(path) : statSync(path).size);
  }, 0);
}
