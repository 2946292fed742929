import { percentEncode } from '../operations/path-template';

/** The metrics of a request that `observability` writes; `TimeToFirstByte` for streamed responses only. */
export const REQUEST_METRICS = ['RequestCount', 'Success', 'Failure', 'ClientError', 'Latency', 'ColdStart', 'TimeToFirstByte'] as const;

/** The name of one of them. */
export type RequestMetric = (typeof REQUEST_METRICS)[number];

/** Whether a name is one of a request's metrics. */
export function isRequestMetric(name: string): name is RequestMetric {
  return (REQUEST_METRICS as readonly string[]).includes(name);
}

/** The default statistic of a metric: the sum of counts, the average of times. */
export function defaultStatistic(metric: RequestMetric): string {
  return metric === 'Latency' || metric === 'TimeToFirstByte' ? 'Average' : 'Sum';
}

/** The dimension `route` of an operation's metrics, percent-encoded as the runtime writes it if the path has other characters than ASCII. */
export function routeDimension(path: string): string {
  return /^[\x20-\x7e]*$/.test(path) ? path : path.replace(/[^\w.~/{}:@!$&'()*+,;=-]/gu, percentEncode);
}
