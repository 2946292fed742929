import * as fs from 'fs';
import * as path from 'path';
import type { Bundle } from '../bundling/bundle';
import { layerPackages } from '../bundling/lambda-paths';
import { FastApiError } from '../private/errors';

/**
 * Refuses `telemetry` where the bundle lacks what it needs.
 *
 * @param minor version of Python, as `3.13`
 * @param label of the app
 */
export function checkTelemetryPackages({ directory, beneath = [], layer }: Bundle, minor: string, label: string): void {
  const places = [directory, ...beneath, ...layer ? [path.join(layer.directory, layerPackages(minor))] : []];
  const lacks = (...packages: string[]): boolean => !packages.some((name) => places.some((place) => fs.existsSync(path.join(place, ...name.split('.')))));
  const missing = [
    ...lacks('opentelemetry.sdk') || lacks('opentelemetry.exporter.otlp.proto.common') ? ['opentelemetry-sdk and opentelemetry-exporter-otlp-proto-http'] : [],
    ...lacks('fastapi.telemetry', 'opentelemetry.instrumentation.fastapi') ? ['a FastAPI that records its requests itself, or opentelemetry-instrumentation-fastapi'] : [],
  ];
  if (missing.length === 0) return;
  throw new FastApiError(
    `\`telemetry\` of FastApiApp needs ${missing.join(', and ')} in the project, got: a bundle without (${label}); `
    + 'add `fastapi[opentelemetry]` to its dependencies and lock it again',
  );
}
