import { Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { defaultStatistic, isRequestMetric, REQUEST_METRICS, type RequestMetric, routeDimension } from './request-metric';
import type { Operation } from '../operations/operation';
import { describeOperation } from '../operations/operation-keys';
import type { Operations } from '../operations/operations';
import { FastApiError } from '../private/errors';

/** The facts about an API that its metrics need. */
export interface ApiMetricsProps {
  /** The construct of the API. */
  readonly api: IConstruct;
  /** Whether the app has `observability`, which logs metrics for each request. */
  readonly observed: boolean;
  /** Namespace of these metrics. */
  readonly namespace: string;
  /** The value of their dimension `service`. */
  readonly service: string;
  readonly operations: Operations;
  /** Names of API Gateway's own metrics, which are spelt differently for each type of API. */
  readonly gatewayNames: Readonly<Partial<Record<RequestMetric, string>>>;
  /** One of API Gateway's own metrics. */
  gatewayMetric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;
  /** The function that answers an operation; `undefined` if it was overridden. */
  handler(operation: Operation): lambda.Function | undefined;
  /** Whether the function answers this operation alone. */
  isAlone(operation: Operation): boolean;
}

/** Lambda's own metrics of a function that answers one operation. */
const LAMBDA_NAMES: Readonly<Partial<Record<RequestMetric, string>>> = { RequestCount: 'Invocations', Failure: 'Errors', Latency: 'Duration' };

const OBSERVE = 'set `observability: true` on FastApiApp';

/** The metrics of one API and of its operations. */
export class ApiMetrics {
  constructor(public readonly props: ApiMetricsProps) {
    if (props.observed) checkNamespace(props.api, props.namespace);
  }

  /** A metric of the whole API. */
  public metric(metricName: string, options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    const { observed, api, gatewayNames, gatewayMetric } = this.props;
    if (!isRequestMetric(metricName)) return gatewayMetric(metricName, options);
    if (observed) return this.observedMetric(metricName, {}, options);
    const name = gatewayNames[metricName];
    if (name !== undefined) return gatewayMetric(name, { statistic: defaultStatistic(metricName), ...options });
    throw new FastApiError(`${api.node.path}: API Gateway has no metric \`${metricName}\`, got: an app without observability; ${OBSERVE}`);
  }

  /** A metric of one operation. */
  public operationMetric(name: string, metricName: string, options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    const { api, observed, operations } = this.props;
    const operation = operations.find(name);
    if (!isRequestMetric(metricName)) {
      throw new FastApiError(`${api.node.path}: \`metricName\` of an operation must be one of ${REQUEST_METRICS.join(', ')}, got: ${metricName}`);
    }
    const handler = this.props.handler(operation);
    if (handler === undefined) {
      throw new FastApiError(`${api.node.path}: \`operationMetric\` needs an operation that the app answers, got: ${describeOperation(operation)}, which was overridden; `
        + 'take the metrics of what answers it');
    }
    if (observed) return this.observedMetric(metricName, { route: routeDimension(operation.path) }, options);
    const lambdaName = LAMBDA_NAMES[metricName];
    if (lambdaName === undefined || !this.props.isAlone(operation)) {
      const why = lambdaName === undefined ? `Lambda has no metric \`${metricName}\`` : 'its function answers other operations too';
      throw new FastApiError(`${api.node.path}: \`operationMetric\` needs observability for ${describeOperation(operation)}, since ${why}, got: an app without; ${OBSERVE}`);
    }
    return handler.metric(lambdaName, { statistic: defaultStatistic(metricName), ...options });
  }

  private observedMetric(metricName: RequestMetric, dimensions: Record<string, string>, options: cloudwatch.MetricOptions): cloudwatch.Metric {
    const { namespace, service } = this.props;
    return new cloudwatch.Metric({
      namespace,
      metricName,
      statistic: defaultStatistic(metricName),
      ...options,
      dimensionsMap: { service, ...dimensions, ...options.dimensionsMap },
    });
  }
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
function checkNamespace(api: IConstruct, namespace: string): void {
  if (Token.isUnresolved(namespace) || /^(?!AWS\/|:)(?=.*[^ ])[\w.\-/#: ]{1,255}$/.test(namespace)) return;
  throw new FastApiError(
    `${api.node.path}: the namespace of the app's metrics must be 1 to 255 of letters, digits, spaces and . - _ / # :, and not begin with : or AWS/, got: ${namespace}; `
    + 'set the variable POWERTOOLS_METRICS_NAMESPACE in the `environment` of all functions, or give the API another construct id',
  );
}
