import type { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** When the alarms of `FastApiDashboard.addAlarms` go off, and what happens then. */
export interface FastApiAlarmOptions {
  /**
   * What happens when an alarm goes off, for example `new cloudwatch_actions.SnsAction(topic)`.
   *
   * @default - nothing: the alarms are shown only
   */
  readonly actions?: cloudwatch.IAlarmAction[];

  /**
   * Percentage of requests that may fail (5xx).
   *
   * @default 1
   */
  readonly failureRate?: number;

  /**
   * Percentage of requests that may be refused (4xx), by authorizers and by the app.
   *
   * @default 20
   */
  readonly clientErrorRate?: number;

  /**
   * Threshold for the 99th percentile of the latency: 99 of 100 requests must be faster.
   *
   * @default Duration.seconds(3)
   */
  readonly latency?: Duration;

  /**
   * Time over which requests are counted. An alarm goes off after three periods in a row; that of throttles after one.
   *
   * @default Duration.minutes(5)
   */
  readonly period?: Duration;
}
