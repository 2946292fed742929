import { Token } from 'aws-cdk-lib';
import { FastApiError } from '../private/errors';

/** What OpenTelemetry records. */
export enum TelemetrySignal {
  /** A span for each request, its dependencies and its endpoint, and what the app records itself. */
  TRACES = 'TRACES',

  /** Durations and numbers of requests, and what the app measures itself. */
  METRICS = 'METRICS',

  /** Exceptions and refused requests, with their traces. */
  LOGS = 'LOGS',
}

/** Where OpenTelemetry's data goes, and which. */
export interface OpenTelemetryOptions {
  /**
   * URL of the receiver of OTLP over HTTP (`http/protobuf`), without the path of a signal.
   *
   * @default 'http://localhost:4318' - a collector that is an extension of the function
   */
  readonly endpoint?: string;

  /**
   * ARNs of layer versions with a collector as an extension: AWS's distribution, Datadog's, Grafana's. They bring the
   * collector and no Python packages; a function has five layers at most.
   *
   * @default - none
   */
  readonly collectorLayerArns?: string[];

  /**
   * The resource attribute `service.name`.
   *
   * @default - the name of the function
   */
  readonly serviceName?: string;

  /**
   * What is recorded.
   *
   * @default - all signals
   */
  readonly signals?: TelemetrySignal[];
}

/**
 * How an app is observed beside `observability`.
 *
 * @example
 * const app = FastApiApp.fromDirectory('../my_api', {
 *   telemetry: Telemetry.openTelemetry({ collectorLayerArns: [`arn:aws:lambda:${Aws.REGION}:901920570463:layer:aws-otel-collector-amd64-ver-0-117-0:1`] }),
 * });
 */
export class Telemetry {
  /**
   * OpenTelemetry. FastAPI records its requests itself in versions that depend on OpenTelemetry's API; older ones need
   * the package `opentelemetry-instrumentation-fastapi`. The project has to have OpenTelemetry's SDK and its exporter:
   * `fastapi[opentelemetry]`. All is sent after each answer and before Lambda freezes the function, for a second at most.
   *
   * The variables of OpenTelemetry (`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_TRACES_SAMPLER`, …) in the `environment` of the
   * functions count. A tracer provider that the app sets up itself stays, and is flushed.
   *
   * @param options where it goes
   * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
   */
  public static openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
    const { endpoint, collectorLayerArns = [], serviceName, signals } = options;
    checkEndpoint(endpoint);
    if (signals?.length === 0) {
      throw new FastApiError('`signals` of Telemetry.openTelemetry must name at least one signal, got: []; leave `telemetry` out to record nothing');
    }
    for (const arn of collectorLayerArns) checkLayer(arn);
    const off = Object.values(TelemetrySignal).filter((signal) => signals !== undefined && !signals.includes(signal));
    return new Telemetry({
      CDK_FASTAPI_TELEMETRY: 'opentelemetry',
      // By Powertools' name: the subsegments of `observability` would say the same a second time.
      POWERTOOLS_TRACE_DISABLED: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint ?? 'http://localhost:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      ...serviceName === undefined ? {} : { OTEL_SERVICE_NAME: serviceName },
      ...Object.fromEntries(off.map((signal) => [`OTEL_${signal}_EXPORTER`, 'none'])),
    }, [...collectorLayerArns]);
  }

  private constructor(
    /** @internal */
    public readonly _environment: Readonly<Record<string, string>>,
    /** @internal */
    public readonly _layerArns: readonly string[],
  ) {}
}

function checkEndpoint(endpoint: string | undefined): void {
  if (endpoint === undefined || Token.isUnresolved(endpoint)) return;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new FastApiError(`\`endpoint\` of Telemetry.openTelemetry must be a URL with http or https, got: ${endpoint}; such as http://localhost:4318`);
  }
  if (url.port === '4317') {
    throw new FastApiError(`\`endpoint\` of Telemetry.openTelemetry must speak OTLP over HTTP, got: ${endpoint}, and port 4317 is that of gRPC; take 4318`);
  }
  if (/\/v1\/(?:traces|metrics|logs)\/?$/.test(url.pathname)) {
    throw new FastApiError(`\`endpoint\` of Telemetry.openTelemetry must end before the path of a signal, got: ${endpoint}; leave \`/v1/…\` out`);
  }
}

function checkLayer(arn: string): void {
  if (Token.isUnresolved(arn) || /^arn:[\w-]+:lambda:[\w-]+:\d{12}:layer:[\w-]+:\d+$/.test(arn)) return;
  throw new FastApiError(`\`collectorLayerArns\` of Telemetry.openTelemetry must be ARNs of layer versions, got: ${arn}; such as arn:aws:lambda:eu-west-1:123456789012:layer:collector:1`);
}
