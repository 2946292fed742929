import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { FastApiApp } from '../../src/app/fast-api-app';
import { OpenApiSource } from '../../src/app/open-api-source';
import { PythonBundling } from '../../src/bundling/python-bundling';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { FastApiHttpApi } from '../../src/http-api/fast-api-http-api';
import { FastApiDashboard } from '../../src/monitoring/fast-api-dashboard';
import { routeDimension } from '../../src/monitoring/request-metric';
import { FastApiRestApi } from '../../src/rest-api/fast-api-rest-api';
import { TemporaryProject } from '../support/temporary-project';

const project = new TemporaryProject({ 'main.py': '', 'requirements.txt': 'fastapi\n' });
afterAll(() => project.remove());

function appOf(observability: boolean, routes: readonly string[], tags = 3): FastApiApp {
  const paths: Record<string, Record<string, object>> = {};
  for (const [index, line] of routes.entries()) {
    const [method, path] = line.split(' ');
    (paths[path] ??= {})[method.toLowerCase()] = { operationId: `operation${index}`, tags: [`tag${index % tags} *`], responses: { 200: { description: 'ok' } } };
  }
  return FastApiApp.fromDirectory(project.entry, {
    observability, entrypoint: 'main:app', bundling: PythonBundling.prebuilt(project.entry),
    openApi: OpenApiSource.fromDocument({ openapi: '3.1.0', info: { title: 'T', version: '1' }, paths }),
  });
}

const ROUTES = ['GET /items', 'GET /items/{item_id}', 'POST /items'];

function setup(Api: typeof FastApiRestApi | typeof FastApiHttpApi, options: { observability?: boolean; pattern?: IntegrationPattern; routes?: string[]; tags?: number; environment?: Record<string, string> } = {}) {
  const stack = new Stack(new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } }), 'S');
  const { observability = true, pattern, routes = ROUTES, tags, environment } = options;
  const api = new Api(stack, 'Api', { app: appOf(observability, routes, tags), pattern, functionOptions: environment && { environment } });
  return { stack, api };
}

describe.each([[FastApiRestApi, '5XXError'], [FastApiHttpApi, '5xx']] as const)('%p', (Api, gatewayName) => {
  test('metrics of the lines that observability writes', () => {
    const { api } = setup(Api);
    expect(api.metricFailure()).toMatchObject({ namespace: 'Api', metricName: 'Failure', statistic: 'Sum', dimensions: { service: 'Api' } });
    expect(api.metricLatency({ statistic: 'p99', period: Duration.minutes(1) })).toMatchObject({ metricName: 'Latency', statistic: 'p99', period: Duration.minutes(1) });
    expect(api.operationMetric('operation1', 'ColdStart')).toMatchObject({ namespace: 'Api', metricName: 'ColdStart', dimensions: { service: 'Api', route: '/items/{item_id}' } });
  });

  test('the names that the user gives the functions count', () => {
    const { api } = setup(Api, { environment: { POWERTOOLS_METRICS_NAMESPACE: 'Shop', POWERTOOLS_SERVICE_NAME: 'shop' } });
    expect(api.metricRequestCount()).toMatchObject({ namespace: 'Shop', dimensions: { service: 'shop' } });
  });

  test('metrics of API Gateway and Lambda where observability is off', () => {
    const { api } = setup(Api, { observability: false });
    expect(api.metricFailure()).toMatchObject({ namespace: 'AWS/ApiGateway', metricName: gatewayName, statistic: 'Sum' });
    expect(api.metric('IntegrationLatency')).toMatchObject({ namespace: 'AWS/ApiGateway', metricName: 'IntegrationLatency' });
    expect(api.operationMetric('operation0', 'Latency')).toMatchObject({ namespace: 'AWS/Lambda', metricName: 'Duration', statistic: 'Average' });
    expect(() => api.metricColdStart()).toThrow('S/Api: API Gateway has no metric `ColdStart`, got: an app without observability; set `observability: true` on FastApiApp');
    expect(() => api.operationMetric('operation0', 'ClientError')).toThrow(/since Lambda has no metric `ClientError`/);
    const shared = setup(Api, { observability: false, pattern: IntegrationPattern.SHARED }).api;
    expect(() => shared.operationMetric('operation0', 'Latency')).toThrow(/since its function answers other operations too/);
  });

  test('what cannot be measured is refused', () => {
    const { api } = setup(Api);
    expect(() => api.operationMetric('operation0', 'Weight')).toThrow('`metricName` of an operation must be one of RequestCount, Success, Failure, ClientError, Latency, ColdStart, TimeToFirstByte, got: Weight');
    expect(() => api.operationMetric('nobody', 'Latency')).toThrow(/got: nobody/);
    expect(() => setup(Api, { environment: { POWERTOOLS_METRICS_NAMESPACE: 'AWS/Mine' } })).toThrow(/S\/Api: the namespace of the app's metrics must be 1 to 255 .*got: AWS\/Mine; set the variable/);
  });

  test('a dashboard has a row for each operation and one for the API, by tag', () => {
    const { stack, api } = setup(Api);
    const dashboard = new FastApiDashboard(stack, 'Dashboard', { apis: [api], dashboardName: 'shop' });
    expect(dashboard.dashboards).toHaveLength(1);
    const body = JSON.stringify(Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'))[0].Properties.DashboardBody);
    for (const text of ['Api: latency', '`operation1` (GET /items/{item_id}): requests and errors', 'ConcurrentExecutions', '## tag0 \\\\\\\\*', 'slowest requests', 'p99']) {
      expect(body.replaceAll('\\"', '"')).toContain(text.replaceAll('\\\\\\\\', '\\\\\\\\'));
    }
  });
});

test('a streaming operation has its time to first byte on the dashboard, and as a metric', () => {
  const stack = new Stack(new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } }), 'S');
  const paths = { '/prices': { get: { operationId: 'watch', responses: { 200: { description: 'ok', content: { 'application/jsonl': { itemSchema: {} } } } } } } };
  const app = FastApiApp.fromDirectory(project.entry, {
    observability: true, entrypoint: 'main:app', bundling: PythonBundling.prebuilt(project.entry), openApi: OpenApiSource.fromDocument({ openapi: '3.1.0', info: { title: 'T', version: '1' }, paths }),
  });
  const api = new FastApiRestApi(stack, 'Api', { app });
  new FastApiDashboard(stack, 'Dashboard', { apis: [api] });
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'))).toContain('TimeToFirstByte');
  expect(api.operationMetric('watch', 'TimeToFirstByte')).toMatchObject({ metricName: 'TimeToFirstByte', statistic: 'Average' });
});

interface Drawn { readonly type: string; readonly properties: { readonly metrics?: unknown[]; readonly markdown?: string } }

function drawn(stack: Stack): Drawn[][] {
  return Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard')).map(({ Properties: { DashboardBody: body } }) => {
    const text = (body['Fn::Join'][1] as unknown[]).map((part) => (typeof part === 'string' ? part : 'x')).join('');
    return (JSON.parse(text) as { widgets: Drawn[] }).widgets;
  });
}

test.each([[300, 3, 2], [150, 3, 1], [150, 150, 2], [300, 300, 3]])('%d operations with %d tags are spread over %d dashboards within the limits of CloudWatch', (count, tags, dashboards) => {
  const { stack, api } = setup(FastApiHttpApi, { pattern: IntegrationPattern.SHARED, tags, routes: Array.from({ length: count }, (_, index) => `GET /r${index}/{id}`) });
  new FastApiDashboard(stack, 'Dashboard', { apis: [api], dashboardName: 'big' });
  const names = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard')).map(({ Properties }) => Properties.DashboardName);
  expect(names).toEqual(['big', 'big-2', 'big-3'].slice(0, dashboards));
  const pages = drawn(stack);
  for (const widgets of pages) {
    expect(widgets.length).toBeLessThanOrEqual(500);
    expect(widgets.reduce((sum, { properties }) => sum + (properties.metrics?.length ?? 0), 0)).toBeLessThanOrEqual(2500);
    expect(widgets.at(-1)!.type).not.toBe('text');
  }
  expect(pages.flat().filter(({ type }) => type === 'text')).toHaveLength(tags);
});

test('the row of an operation that cannot be seen has no Markdown of the document', () => {
  const { stack, api } = setup(FastApiHttpApi, { observability: false, pattern: IntegrationPattern.SHARED, routes: ['GET /a_b/{d_e}', 'GET /f'] });
  new FastApiDashboard(stack, 'Dashboard', { apis: [api] });
  expect(drawn(stack).flat().map(({ properties }) => properties.markdown)).toContain(
    '\\`operation0\\` \\(GET /a\\_b/\\{d\\_e\\}\\): set `observability: true` on FastApiApp to see it',
  );
});

test('alarms with their thresholds, to a topic', () => {
  const { stack, api } = setup(FastApiRestApi, { routes: Array.from({ length: 12 }, (_, index) => `GET /r${index}`) });
  const dashboard = new FastApiDashboard(stack, 'Dashboard', { apis: [api] });
  const alarms = dashboard.addAlarms({ actions: [new SnsAction(new Topic(stack, 'Topic'))], failureRate: 2, latency: Duration.seconds(1) });
  expect(alarms.every((alarm) => alarm instanceof Alarm)).toBe(true);
  const template = Template.fromStack(stack);
  // Twelve functions are more than one expression takes.
  template.resourceCountIs('AWS::CloudWatch::Alarm', 5);
  template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [Match.anyValue()], TreatMissingData: 'notBreaching' });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: 2, EvaluationPeriods: 3, Metrics: Match.arrayWith([Match.objectLike({ Expression: '100 * failed / MAX([requests, 1])' })]) });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: 1000, MetricName: 'Latency', ExtendedStatistic: 'p99' });
  expect(() => dashboard.addAlarms({ failureRate: 100 })).toThrow('S/Dashboard: `failureRate` must be a percentage between 0 and 100, got: 100');
});

test('a dashboard refuses what it cannot show', () => {
  const { stack } = setup(FastApiRestApi);
  expect(() => new FastApiDashboard(stack, 'A', { apis: [] })).toThrow('S/A: `apis` must name at least one API, got: []');
  expect(() => new FastApiDashboard(stack, 'B', { apis: [{} as never] })).toThrow('S/B: `apis` must be FastApiRestApi or FastApiHttpApi');
});

test('the dimension of a route is what the runtime writes', () => {
  expect(routeDimension('/items/{item_id}')).toBe('/items/{item_id}');
  expect(routeDimension('/café/{id}')).toBe('/caf%C3%A9/{id}');
});
