import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import type { ApiMetrics } from './api-metrics';
import type { FastApiOperation } from '../operations/fast-api-operation';

/** An API of this library as dashboards and alarms see it. */
export interface IMonitoredApi extends IConstruct {
  /** The operations of the app, in the order of its document. */
  readonly operations: FastApiOperation[];

  /** @internal */
  readonly _metrics: ApiMetrics;

  /**
   * A metric of the API.
   *
   * @param metricName `RequestCount`, `Success`, `Failure`, `ClientError`, `Latency`, `ColdStart` or `TimeToFirstByte`, as `observability`
   * writes them; any other name is a metric of API Gateway, for example `IntegrationLatency`
   * @param props period, statistic, colour and the like
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * A metric of one operation.
   *
   * With `observability` it is by the route's path: operations that share a path share their metrics. Without, it is
   * Lambda's own metric of the operation's function.
   *
   * @param operation name or qualified name
   * @param metricName `RequestCount`, `Success`, `Failure`, `ClientError`, `Latency` or `ColdStart`
   * @param props period, statistic, colour and the like
   */
  operationMetric(operation: string, metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}
