import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { escapeMarkdown } from './markdown';
import type { IMonitoredApi } from './monitored-api';
import type { FastApiOperation } from '../operations/fast-api-operation';
import { describeOperation } from '../operations/operation-keys';

/** Maximum number of log groups in one query. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatchlogs_limits.html */
const QUERIED_LOG_GROUPS = 50;

const HEIGHT = 5;

/** The widgets of the whole API. */
export function apiRow(api: IMonitoredApi): cloudwatch.IWidget[] {
  const { observed } = api._metrics.props;
  return [
    graph(`${api.node.id}: requests and errors`, ['RequestCount', 'ClientError', 'Failure'].map((name) => api.metric(name, { label: name }))),
    graph(`${api.node.id}: latency`, percentiles((statistic) => api.metric('Latency', { statistic, label: statistic }))),
    ...observed ? [graph(`${api.node.id}: cold starts`, [api.metric('ColdStart', { label: 'ColdStart' })])] : [],
  ];
}

/** The widgets of one operation. */
export function operationRow(api: IMonitoredApi, operation: FastApiOperation): cloudwatch.IWidget[] {
  const { props } = api._metrics;
  const known = props.operations.find(operation.qualifiedName);
  const handler = props.handler(known)!;
  const title = describeOperation(operation);
  // Not for functions in nested stacks, because each would need an output, and their number is limited.
  const own = props.isAlone(known) && Stack.of(handler) === Stack.of(api) ? handler : undefined;
  const metric = (name: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric => (
    api.operationMetric(operation.qualifiedName, name, { label: name, ...options })
  );
  if (!props.observed && own === undefined) {
    return [new cloudwatch.TextWidget({ markdown: `${escapeMarkdown(title)}: set \`observability: true\` on FastApiApp to see it`, width: 24, height: 1 })];
  }
  return [
    graph(`${title}: requests and errors`, ['RequestCount', ...props.observed ? ['ClientError'] : [], 'Failure'].map((name) => metric(name))),
    graph(`${title}: latency`, [
      ...percentiles((statistic) => metric('Latency', { statistic, label: statistic })),
      ...operation.streaming && props.observed ? [metric('TimeToFirstByte', { statistic: 'p90', label: 'first byte, p90' })] : [],
    ]),
    graph(`${title}: starts, concurrency, throttles`, [...props.observed ? [metric('ColdStart')] : [], ...own ? lambdaMetrics(own) : []]),
  ];
}

/** Queries for the slowest requests and the last exceptions in the log lines that `observability` writes. */
export function logRow(api: IMonitoredApi): cloudwatch.IWidget[][] {
  const { props } = api._metrics;
  if (!props.observed) return [];
  const handlers = new Set(props.operations.all.map((operation) => props.handler(operation)).filter((handler) => handler !== undefined));
  const near = [...handlers].filter((handler) => Stack.of(handler) === Stack.of(api)).slice(0, QUERIED_LOG_GROUPS);
  if (near.length === 0) return [];
  const logGroupNames = near.map((handler: lambda.Function) => handler.logGroup.logGroupName);
  const query = (title: string, queryLines: string[]) => new cloudwatch.LogQueryWidget({ title, logGroupNames, queryLines, width: 12, height: 6 });
  return [[
    query(`${api.node.id}: slowest requests`, ['fields @timestamp, method, path, Latency, status, correlation_id', 'filter ispresent(Latency)', 'sort Latency desc', 'limit 20']),
    query(`${api.node.id}: last exceptions`, ['fields @timestamp, correlation_id, exception_name, message', 'filter ispresent(exception)', 'sort @timestamp desc', 'limit 20']),
  ]];
}

function graph(title: string, left: cloudwatch.IMetric[]): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left, width: 8, height: HEIGHT, leftYAxis: { min: 0 } });
}

function percentiles(metric: (statistic: string) => cloudwatch.IMetric): cloudwatch.IMetric[] {
  return ['p50', 'p90', 'p99'].map(metric);
}

function lambdaMetrics(handler: lambda.Function): cloudwatch.IMetric[] {
  return [
    handler.metric('ConcurrentExecutions', { statistic: 'Maximum', label: 'ConcurrentExecutions' }),
    handler.metricThrottles({ label: 'Throttles' }),
  ];
}
