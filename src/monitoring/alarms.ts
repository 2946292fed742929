import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { FastApiAlarmOptions } from './alarm-options';
import type { IMonitoredApi } from './monitored-api';
import { FastApiError } from '../private/errors';

/** Maximum number of metrics in an alarm's expression. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
const METRICS_IN_ALARM = 10;

/** The alarms of one API. */
export function addApiAlarms(scope: Construct, suffix: string, api: IMonitoredApi, options: FastApiAlarmOptions): cloudwatch.Alarm[] {
  const period = options.period ?? Duration.minutes(5);
  const alarm = (id: string, metric: cloudwatch.IMetric, threshold: number, alarmDescription: string, periods = 3): cloudwatch.Alarm => (
    new cloudwatch.Alarm(scope, `${id}${suffix}`, {
      metric,
      threshold,
      alarmDescription,
      evaluationPeriods: periods,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    })
  );
  const rate = (name: string): cloudwatch.MathExpression => new cloudwatch.MathExpression({
    expression: '100 * failed / MAX([requests, 1])',
    usingMetrics: { failed: api.metric(name, { period }), requests: api.metric('RequestCount', { period }) },
    label: `${name} of all requests (%)`,
    period,
  });
  const seconds = options.latency ?? Duration.seconds(3);
  return [
    alarm('FailureRate', rate('Failure'), percentage('failureRate', options.failureRate ?? 1), `${api.node.path}: requests fail`),
    alarm('ClientErrorRate', rate('ClientError'), percentage('clientErrorRate', options.clientErrorRate ?? 20), `${api.node.path}: requests are refused`),
    alarm('Latency', api.metric('Latency', { statistic: 'p99', period }), seconds.toMilliseconds(), `${api.node.path}: requests are slow`),
    ...throttles(api, period).map((metric, index) => alarm(`Throttles${index === 0 ? '' : index + 1}`, metric, 0, `${api.node.path}: Lambda throttles its functions`, 1)),
  ];

  function percentage(property: string, value: number): number {
    if (value > 0 && value < 100) return value;
    throw new FastApiError(`${scope.node.path}: \`${property}\` must be a percentage between 0 and 100, got: ${value}`);
  }
}

/** The throttled calls of the API's functions, in as few expressions as possible. Without functions in nested stacks, because each would need an output. */
function throttles(api: IMonitoredApi, period: Duration): cloudwatch.IMetric[] {
  const { props } = api._metrics;
  const handlers = [...new Set(props.operations.all.map((operation) => props.handler(operation)))]
    .filter((handler) => handler !== undefined && Stack.of(handler) === Stack.of(api));
  const chunks = Array.from({ length: Math.ceil(handlers.length / METRICS_IN_ALARM) }, (_, index) => (
    handlers.slice(index * METRICS_IN_ALARM, (index + 1) * METRICS_IN_ALARM)
  ));
  return chunks.map((chunk) => new cloudwatch.MathExpression({
    expression: 'SUM(METRICS())',
    label: 'Throttles',
    period,
    usingMetrics: Object.fromEntries(chunk.map((handler, index) => [`m${index}`, handler!.metricThrottles({ period })])),
  }));
}
