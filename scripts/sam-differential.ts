import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CASES, ROUTES, samTemplate, type Case } from './sam/cases';
import { viewOf, type Json } from './sam/view';
import * as cdkFastApi from '../src';
import { cacheDirectory } from '../src/cache/cache-directory';
import { findInterpreters } from '../src/python/interpreters';
import { findUv, runUv } from '../src/python/uv';
import { fastApiApp } from '../test/integrations/fixture';

/**
 * Renders the same small APIs by AWS SAM's translator and by the library, and compares what the two say to API Gateway: routes,
 * integrations, security schemes, settings, and what stands beside the body. A difference is either in the table below, with its
 * reason, or an error; so is a row of the table that nothing differs by any more.
 *
 * `npx ts-node -T -P tsconfig.dev.json scripts/sam-differential.ts`; exit status 1 where there is an error.
 */
const SAM = 'aws-sam-translator==1.115.0';
const TYPES = { rest: 'AWS::ApiGateway::RestApi', http: 'AWS::ApiGatewayV2::Api' };

/** Differences that are meant, by case and place. */
const INTENDED: readonly (readonly [place: RegExp, reason: string])[] = [
];

function main(): number {
  const python = samEnvironment();
  const used = new Set<RegExp>();
  const errors: string[] = [];
  for (const [name, one] of Object.entries(CASES)) {
    const [sam, ours] = [viewOf(bySam(python, one), one.kind), viewOf(byUs(one), one.kind)];
    for (const place of [...new Set([...sam.keys(), ...ours.keys()])].sort()) {
      if (sam.get(place) === ours.get(place)) continue;
      const intended = INTENDED.find(([pattern]) => pattern.test(`${name}: ${place}`));
      if (intended === undefined) errors.push(`${name}: ${place}\n  SAM:  ${sam.get(place)}\n  ours: ${ours.get(place)}`);
      else used.add(intended[0]);
    }
  }
  errors.push(...INTENDED.filter(([pattern]) => !used.has(pattern)).map(([pattern]) => `nothing differs by ${pattern}: remove it from the table`));
  process.stderr.write([...errors, `sam-differential: ${Object.keys(CASES).length} APIs of ${ROUTES.length} routes, ${used.size} kinds of differences that are meant, ${errors.length} errors\n`].join('\n'));
  return errors.length === 0 ? 0 : 1;
}

function bySam(python: string, one: Case): Record<string, Json> {
  const done = spawnSync(python, [join(__dirname, 'sam', 'render.py')], {
    // The translator asks boto3 for a region, and nothing else of AWS.
    input: JSON.stringify(samTemplate(one)), encoding: 'utf8', env: { ...process.env, AWS_DEFAULT_REGION: 'us-east-1', PYTHONWARNINGS: 'ignore' },
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return propertiesOf(JSON.parse(done.stdout), one);
}

function byUs(one: Case): Record<string, Json> {
  const stack = new Stack(new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack');
  const app = fastApiApp(ROUTES.map(([method, path], index) => [method, path, `route${index}`] as const));
  const props = { app, pattern: cdkFastApi.IntegrationPattern.SHARED, ...one.ours(stack) };
  if (one.kind === 'rest') new cdkFastApi.FastApiRestApi(stack, 'Mine', props);
  else new cdkFastApi.FastApiHttpApi(stack, 'Mine', props);
  return propertiesOf(Template.fromStack(stack).toJSON(), one);
}

function propertiesOf(template: Record<string, any>, { kind }: Case): Record<string, Json> {
  return Object.values<any>(template.Resources).find(({ Type: type }) => type === TYPES[kind]).Properties;
}

/** The interpreter of an environment that has SAM's translator alone. */
function samEnvironment(): string {
  const environment = join(cacheDirectory(), SAM.replace('==', '-'));
  const python = join(environment, process.platform === 'win32' ? 'Scripts\\python.exe' : 'bin/python');
  if (!existsSync(join(environment, 'complete'))) {
    const uv = findUv();
    runUv(uv, ['venv', '--clear', '--no-project', '--python', findInterpreters()[0].path, environment], { cwd: __dirname, what: 'make the environment of SAM\'s translator' });
    runUv(uv, ['pip', 'install', '--python', environment, SAM], { cwd: __dirname, what: 'install SAM\'s translator' });
    writeFileSync(join(environment, 'complete'), '');
  }
  return python;
}

process.exitCode = main();
