import { percentEncode } from '../operations/path-template';

/** The metrics of a request that `observability` writes; `TimeToFirstByte` only where the response comes in parts. */
export const REQUEST_METRICS = ['RequestCount', 'Success', 'Failure', 'ClientError', 'Latency', 'ColdStart', 'TimeToFirstByte'] as const;

/** The name of one of them. */
export type RequestMetric = (typeof REQUEST_METRICS)[number];

/** Whether a name is one of a request's metrics. */
export function isRequestMetric(name: string): name is RequestMetric {
  return (REQUEST_METRICS as readonly string[]).includes(name);
}

/** What is asked of a metric where the caller says nothing: counts are summed up, times averaged. */
export function defaultStatistic(metric: RequestMetric): string {
  return metric === 'Latency' || metric === 'TimeToFirstByte' ? 'Average' : 'Sum';
}

/** The dimension `route` of an operation's metrics: the runtime writes other than ASCII percent-encoded. */
export function routeDimension(path: string): string {
  return /^[\x20-\x7e]*$/.test(path) ? path : path.replace(/[^\w.~/{}:@!$&'()*+,;=-]/gu, percentEncode);
}
