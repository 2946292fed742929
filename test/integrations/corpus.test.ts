import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { projectDirectory } from './fixture';
import { FastApiApp } from '../../src/app/fast-api-app';
import { OpenApiSource } from '../../src/app/open-api-source';
import { allocateFunctions } from '../../src/functions/function-allocation';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { HTTP_INTEGRATIONS } from '../../src/http-api/integration-type';
import { BuilderCore } from '../../src/integrations/builder-core';
import { type ApiIntegration, type IntegrationType } from '../../src/integrations/integration-type';
import { resolveIntegrations } from '../../src/integrations/resolve-integrations';
import { REST_INTEGRATIONS } from '../../src/rest-api/integration-type';

const directory = path.join(process.env.CORPUS_DIR ?? path.resolve(__dirname, '../../../shared/corpus'), 'docs');
const documents = fs.existsSync(directory) ? fs.readdirSync(directory).filter((name) => !name.includes('swagger2')) : [];

/** What a builder made is what the API takes, with a catch-all route and, where all paths can be served, without. */
function bindable<I extends ApiIntegration>(kind: IntegrationType<I>, app: FastApiApp): number {
  const integrations = BuilderCore.of(kind, app, { pattern: IntegrationPattern.SHARED }).toIntegrations();
  let apis = 0;
  for (const catchAll of [false, true]) {
    const set = app._operationsFor(kind.apiType, catchAll);
    if (!catchAll && set.problems().length > 0) continue;
    const resolved = resolveIntegrations(kind, app, set, integrations);
    const planned = new Map([...resolved].map(([operation, value]) => [operation, value.descriptor!]));
    expect([...allocateFunctions(planned, catchAll, false).allocations.values()].every((choice) => choice.kind === 'router')).toBe(true);
    expect(resolved.size).toBe(set.all.length);
    apis++;
  }
  return apis;
}

(documents.length > 0 ? describe : describe.skip)('real documents (the corpus beside the project)', () => {
  test.each(documents)('%s', (name) => {
    const document = JSON.parse(gunzipSync(fs.readFileSync(path.join(directory, name))).toString());
    const app = FastApiApp.fromDirectory(projectDirectory(), { openApi: OpenApiSource.fromDocument(document), entrypoint: 'main:app' });
    expect(bindable(REST_INTEGRATIONS, app)).toBeGreaterThan(0);
    expect(bindable(HTTP_INTEGRATIONS, app)).toBeGreaterThan(0);
  });
});
