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
   * How long the slowest hundredth of the requests may take.
   *
   * @default Duration.seconds(3)
   */
  readonly latency?: Duration;

  /**
   * Time over which requests are counted; an alarm goes off after three of them in turn.
   *
   * @default Duration.minutes(5)
   */
  readonly period?: Duration;
}
