import type { cdk } from 'projen';

/**
 * `cdk-fastapi` is the jsii surface, `cdk-fastapi/typed` the TypeScript-only generics.
 * jsii's runtimes read `./.jsii` and `./package.json`; `typesVersions` serves `node10` resolution.
 */
export function packageExports(project: cdk.JsiiProject): void {
  project.package.addField('exports', {
    '.': { types: './lib/index.d.ts', default: './lib/index.js' },
    './typed': { types: './lib/typed/index.d.ts', default: './lib/typed/index.js' },
    './lib/*': './lib/*.js',
    './generators.json': './generators.json',
    './package.json': './package.json',
    './.jsii': './.jsii',
  });
  // Where Nx and Nx Console look for generators.
  project.package.addField('generators', './generators.json');
  project.package.addField('typesVersions', { '*': { typed: ['./lib/typed/index.d.ts'] } });
}
