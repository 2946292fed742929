import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import type { ApiMetrics } from './api-metrics';
import type { FastApiOperation } from '../operations/fast-api-operation';

/** The members of an API of this library that dashboards and alarms use. */
export interface IMonitoredApi extends IConstruct {
  /** The operations of the app, in the order of its document. */
  readonly operations: FastApiOperation[];

  /** @internal */
  readonly _metrics: ApiMetrics;

  /**
   * A metric of the API.
   *
   * @param metricName `RequestCount`, `Success`, `Failure`, `ClientError`, `Latency`, `ColdStart` or `TimeToFirstByte`, as `observability`
   * writes them. Without `observability`, API Gateway's own counts, which exist for `RequestCount`, `Failure`, `ClientError` and `Latency`.
   * Any other name is a metric of API Gateway, for example `IntegrationLatency`
   * @param props period, statistic, colour and the like
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * A metric of one operation.
   *
   * With `observability`, operations with the same path share one metric, whose dimension is the path. Without it, the
   * metric is Lambda's own of the operation's function, and an error if that function serves other operations too.
   *
   * @param operation name or qualified name
   * @param metricName `RequestCount`, `Success`, `Failure`, `ClientError`, `Latency`, `ColdStart` or `TimeToFirstByte`; without
   * `observability`, `RequestCount`, `Failure` or `Latency`
   * @param props period, statistic, colour and the like
   */
  operationMetric(operation: string, metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}
