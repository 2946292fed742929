import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { aliasOf, handlerOf, type IntegrationsByOperation, restrictCors } from './bound-operations';
import type { CorsPolicy } from '../access/cors-policy';
import type { GrantInvokeOptions } from '../access/grant-invoke-options';
import { grantInvokeAccess, type InvocableApi } from '../access/grants';
import type { ApiMetrics } from '../monitoring/api-metrics';
import type { IMonitoredApi } from '../monitoring/monitored-api';
import type { FastApiOperation } from '../operations/fast-api-operation';
import type { Operations } from '../operations/operations';
import { inConstruct } from '../private/errors';

/** The members that bound integrations of REST and HTTP APIs have in common. */
interface BoundOperation {
  readonly operation: FastApiOperation;
  readonly handler?: lambda.Function;
  readonly alias?: lambda.Alias;
}

/** The app as one API has deployed it. */
export interface DeployedApp<B extends BoundOperation> {
  readonly operations: Operations;
  readonly integrations: IntegrationsByOperation<B>;
  readonly router: lambda.Function | undefined;
  readonly cors: CorsPolicy | undefined;
  /** The API as a grant sees it. */
  readonly invocable: Omit<InvocableApi, 'scope' | 'operations'>;
}

/**
 * The members that REST and HTTP APIs have in common. Internal, so that jsii declares the members on each construct, as it does
 * for the CDK's `HttpApiBase`.
 *
 * @internal
 */
export abstract class FastApiApi extends Construct implements IMonitoredApi {
  /** The operations of the app, in the order of its document. */
  public abstract readonly operations: FastApiOperation[];

  /** The function that answers all operations in the shared pattern. */
  public abstract readonly router: lambda.Function | undefined;

  /** @internal */
  public abstract readonly _metrics: ApiMetrics;

  /** @internal */
  protected abstract readonly _deployed: DeployedApp<BoundOperation>;

  /**
   * The function of one operation. An error if the operation was overridden.
   *
   * @param name name or qualified name
   */
  public handler(name: string): lambda.Function {
    return inConstruct(this, () => handlerOf(this._deployed.integrations.get(this._deployed.operations.find(name))!.integration));
  }

  /**
   * The alias `live` by which the API invokes the function of an operation. An error if the function has no versions, because neither
   * `snapStart` nor `currentVersionOptions` is set.
   *
   * @param name name or qualified name
   */
  public alias(name: string): lambda.Alias {
    return inConstruct(this, () => aliasOf(this._deployed.integrations.get(this._deployed.operations.find(name))!.integration));
  }

  /**
   * Lets a role, user or service invoke the API, or some of its operations.
   *
   * @param grantee who may call
   * @param options which operations
   */
  public grantInvokeAccess(grantee: iam.IGrantable, options: GrantInvokeOptions = {}): iam.Grant {
    const { operations, invocable } = this._deployed;
    return inConstruct(this, () => grantInvokeAccess({ scope: this, operations, ...invocable }, grantee, options));
  }

  /**
   * A metric of the API.
   *
   * @param metricName `RequestCount`, `Success`, `Failure`, `ClientError`, `Latency`, `ColdStart` or `TimeToFirstByte`, as `observability`
   * writes them. Without `observability`, API Gateway's own counts, which exist for `RequestCount`, `Failure`, `ClientError` and `Latency`.
   * Any other name is a metric of API Gateway
   * @param props period, statistic, colour and the like
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return inConstruct(this, () => this._metrics.metric(metricName, props));
  }

  /** Requests that arrived. Statistic: sum. */
  public metricRequestCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return inConstruct(this, () => this._metrics.metric('RequestCount', props));
  }

  /** Requests that were refused (4xx). Statistic: sum. */
  public metricClientError(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return inConstruct(this, () => this._metrics.metric('ClientError', props));
  }

  /** Requests that failed (5xx). Statistic: sum. */
  public metricFailure(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return inConstruct(this, () => this._metrics.metric('Failure', props));
  }

  /** Milliseconds until a request was answered. Statistic: average. */
  public metricLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return inConstruct(this, () => this._metrics.metric('Latency', props));
  }

  /** Requests that waited for a new execution environment; an error without `observability`. Statistic: sum. */
  public metricColdStart(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return inConstruct(this, () => this._metrics.metric('ColdStart', props));
  }

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
  public operationMetric(operation: string, metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return inConstruct(this, () => this._metrics.operationMetric(operation, metricName, props));
  }

  /**
   * Lets only pages of some origins call the API from a browser. Applies to preflight requests, and to the errors of the
   * gateway and of the app.
   *
   * @param origins origins such as `https://www.example.com`, or CloudFront distributions
   */
  public restrictCorsTo(...origins: (string | cloudfront.IDistribution)[]): void {
    inConstruct(this, () => restrictCors(this._deployed.cors, origins));
  }
}
