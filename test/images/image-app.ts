import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { ImageFunctionConfig } from './image-function';
import { FastApiApp, FastApiRestApi, FastApiStreamingFunctionUrl, IntegrationPattern, PythonBundling, RestApiAuth, type ImageBundlingOptions } from '../../src';
import type { Interpreter } from '../../src/python/interpreters';
import type { TemporaryProject } from '../support/temporary-project';

/** The context in the assembly of an API and a function URL, and how the template starts its functions. */
export function synthesizeImage(project: TemporaryProject, python: Interpreter, options: ImageBundlingOptions = {}) {
  const root = new App({ outdir: path.join(project.root, 'cdk.out'), analyticsReporting: false });
  const stack = new Stack(root, 'Images');
  const app = FastApiApp.fromDirectory(project.entry, { runtime: new lambda.Runtime(`python${python.minor}`, lambda.RuntimeFamily.PYTHON), bundling: PythonBundling.image(options) });
  new FastApiRestApi(stack, 'Rest', { app, auth: RestApiAuth.none(), pattern: IntegrationPattern.SHARED, catchAll: true });
  new FastApiStreamingFunctionUrl(stack, 'Url', { app });
  root.synth();
  const { dockerImages } = JSON.parse(fs.readFileSync(path.join(root.outdir, 'Images.assets.json'), 'utf8'));
  const [image] = Object.values<{ source: { directory: string } }>(dockerImages);
  const functions = Object.entries(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
  const found = (name: RegExp): { config: ImageFunctionConfig; environment: Record<string, string> } => {
    const { Properties } = functions.find(([id]) => name.test(id))![1];
    const variables = Object.entries<unknown>(Properties.Environment.Variables).filter((each): each is [string, string] => typeof each[1] === 'string');
    return { config: Properties.ImageConfig, environment: Object.fromEntries(variables) };
  };
  return { context: path.join(root.outdir, image.source.directory), buffered: found(/^Rest/), streaming: found(/^Url/) };
}
