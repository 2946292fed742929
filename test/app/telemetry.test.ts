import { Aws, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FastApiApp } from '../../src/app/fast-api-app';
import { OpenApiSource } from '../../src/app/open-api-source';
import { type OpenTelemetryOptions, Telemetry, TelemetrySignal } from '../../src/app/telemetry';
import { PythonBundling } from '../../src/bundling/python-bundling';
import { FastApiStreamingFunctionUrl } from '../../src/function-url/fast-api-streaming-function-url';
import { FastApiHttpApi } from '../../src/http-api/fast-api-http-api';
import { stack } from '../integrations/fixture';
import { TemporaryProject } from '../support/temporary-project';

const SDK = { 'opentelemetry/sdk/__init__.py': '', 'opentelemetry/exporter/otlp/proto/common/__init__.py': '' };
const LAYER = 'arn:aws:lambda:eu-west-1:901920570463:layer:aws-otel-collector-amd64-ver-0-117-0:1';

const projects: TemporaryProject[] = [];
afterAll(() => projects.forEach((each) => each.remove()));

function appOf(files: Record<string, string>, options: OpenTelemetryOptions = {}, observability = false): FastApiApp {
  const project = new TemporaryProject({ 'main.py': '', 'uvicorn/__init__.py': '', 'mangum/__init__.py': '', 'requirements.txt': 'fastapi\n', ...files });
  projects.push(project);
  return FastApiApp.fromDirectory(project.entry, {
    entrypoint: 'main:app', telemetry: Telemetry.openTelemetry(options), observability, bundling: PythonBundling.prebuilt(project.entry),
    openApi: OpenApiSource.fromDocument({ openapi: '3.1.0', info: { title: 'T', version: '1' }, paths: { '/items': { get: { operationId: 'read', responses: { 200: { description: 'ok' } } } } } }),
  });
}

const RECORDS = { ...SDK, 'fastapi/telemetry/__init__.py': '' };

function functionsOf(template: Template): any[] {
  return Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties);
}

test('functions know where their telemetry goes, and bring a collector', () => {
  const within = stack();
  const options = { collectorLayerArns: [LAYER, `arn:aws:lambda:${Aws.REGION}:123456789012:layer:other:2`], serviceName: 'shop', signals: [TelemetrySignal.TRACES] };
  new FastApiHttpApi(within, 'Api', { app: appOf(RECORDS, options, true), functionOptions: { environment: { OTEL_TRACES_SAMPLER: 'traceidratio' } } });
  const [made] = functionsOf(Template.fromStack(within));
  expect(made.Environment.Variables).toMatchObject({
    CDK_FASTAPI_TELEMETRY: 'opentelemetry', CDK_FASTAPI_OBSERVABILITY: '1', POWERTOOLS_TRACE_DISABLED: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf', OTEL_SERVICE_NAME: 'shop',
    OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_SAMPLER: 'traceidratio',
  });
  expect(made.Environment.Variables).not.toHaveProperty('OTEL_TRACES_EXPORTER');
  expect(made.Layers[0]).toBe(LAYER);
  expect(made.Layers).toHaveLength(2);
});

test('a streaming function has the collector beside the web adapter', () => {
  const within = stack();
  new FastApiStreamingFunctionUrl(within, 'Url', { app: appOf({ ...SDK, 'opentelemetry/instrumentation/fastapi/__init__.py': '' }, { collectorLayerArns: [LAYER], endpoint: 'https://otlp.example.com/otlp' }) });
  const [made] = functionsOf(Template.fromStack(within));
  expect(made.Layers).toHaveLength(2);
  expect(made.Layers[1]).toBe(LAYER);
  expect(made.Environment.Variables.OTEL_EXPORTER_OTLP_ENDPOINT).toBe('https://otlp.example.com/otlp');
});

test.each([
  [{}, /needs opentelemetry-sdk and opentelemetry-exporter-otlp-proto-http, and a FastAPI that records/],
  [SDK, /needs a FastAPI that records its requests itself, or opentelemetry-instrumentation-fastapi in the project, got: a bundle without/],
])('a bundle that lacks packages is refused', (files, message) => {
  expect(() => new FastApiHttpApi(new Stack(), 'Api', { app: appOf(files) })).toThrow(message);
});

test.each([
  [{ endpoint: 'localhost:4318' }, '`endpoint` of Telemetry.openTelemetry must be a URL with http or https, got: localhost:4318; such as http://localhost:4318'],
  [{ endpoint: 'grpc://x' }, /must be a URL with http or https, got: grpc:\/\/x/],
  [{ endpoint: 'http://localhost:4317' }, /port 4317 is that of gRPC; take 4318/],
  [{ endpoint: 'http://localhost:4318/v1/traces' }, /must end before the path of a signal/],
  [{ signals: [] }, /`signals` of Telemetry.openTelemetry must name at least one signal/],
  [{ collectorLayerArns: ['layer'] }, /must be ARNs of layer versions, got: layer/],
])('%j is refused', (options, message) => {
  expect(() => Telemetry.openTelemetry(options)).toThrow(message);
});

test('tokens pass', () => {
  expect(() => Telemetry.openTelemetry({ endpoint: `https://${Aws.REGION}.example.com`, collectorLayerArns: [`arn:aws:lambda:${Aws.REGION}:1:layer:x:1`] })).not.toThrow();
});
