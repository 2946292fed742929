import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { FastApiAlarmOptions } from './alarm-options';
import { addApiAlarms } from './alarms';
import { apiRow, logRow, operationRow } from './dashboard-rows';
import type { IMonitoredApi } from './monitored-api';
import type { FastApiOperation } from '../operations/fast-api-operation';
import { checkStruct } from '../private/check-struct';
import { FastApiError } from '../private/errors';

/**
 * Operations on one dashboard: each has three widgets and up to nine metrics, of which CloudWatch takes 500 and 2,500.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
const OPERATIONS_PER_DASHBOARD = 150;

/** Properties of `FastApiDashboard`. */
export interface FastApiDashboardProps {
  /** The APIs that it shows. */
  readonly apis: IMonitoredApi[];

  /**
   * Name of the dashboard. Where one cannot hold all operations, those that follow have `-2`, `-3` after it.
   *
   * @default - made by CloudFormation
   */
  readonly dashboardName?: string;
}

/**
 * A CloudWatch dashboard with a row for each operation: traffic and errors, latency, cold starts, concurrency and
 * throttles; above them the whole API, below them queries for the slowest requests and the last exceptions.
 *
 * Traffic, errors, latency and cold starts come from the lines that `observability` writes; without it from Lambda's own
 * metrics, and cold starts are missing.
 *
 * @example
 * const dashboard = new FastApiDashboard(this, 'Dashboard', { apis: [api] });
 * dashboard.addAlarms({ actions: [new cloudwatch_actions.SnsAction(topic)] });
 */
export class FastApiDashboard extends Construct {
  /** The CDK's dashboards: one, or more where one cannot hold all operations. Widgets can be added to them. */
  public readonly dashboards: cloudwatch.Dashboard[];

  private readonly apis: IMonitoredApi[];

  constructor(scope: Construct, id: string, props: FastApiDashboardProps) {
    super(scope, id);
    checkStruct(props, { subject: 'FastApiDashboard', sources: [{ file: 'monitoring/fast-api-dashboard', name: 'FastApiDashboardProps' }] });
    this.apis = [...props.apis];
    if (this.apis.length === 0) throw new FastApiError(`${this.node.path}: \`apis\` must name at least one API, got: []`);
    for (const api of this.apis) requireApi(this, api);
    const pages = pagesOf(this.apis.flatMap(rowsOf));
    this.dashboards = pages.map((page, index) => new cloudwatch.Dashboard(this, index === 0 ? 'Dashboard' : `Dashboard${index + 1}`, {
      dashboardName: props.dashboardName && (index === 0 ? props.dashboardName : `${props.dashboardName}-${index + 1}`),
      widgets: page.map(({ widgets }) => widgets),
    }));
  }

  /**
   * Adds alarms for each API: the share of requests that fail, the share that is refused, latency, throttled functions.
   *
   * @param options thresholds, and what happens
   */
  public addAlarms(options: FastApiAlarmOptions = {}): cloudwatch.Alarm[] {
    checkStruct(options, { subject: '`addAlarms`', sources: [{ file: 'monitoring/alarm-options' }] });
    const actions: IAlarmAction[] = options.actions ?? [];
    const alarms = this.apis.flatMap((api, index) => addApiAlarms(this, this.apis.length === 1 ? '' : String(index + 1), api, options));
    for (const alarm of alarms) alarm.addAlarmAction(...actions);
    return alarms;
  }
}

/** A row of widgets, and how many operations it counts for. */
interface Row {
  readonly operations: number;
  readonly widgets: cloudwatch.IWidget[];
}

/** The rows of an API: the whole, then its operations by tag and path. */
function rowsOf(api: IMonitoredApi): Row[] {
  const { props } = api._metrics;
  const answered = props.operations.all.filter((operation) => props.handler(operation) !== undefined);
  const byTag = new Map<string, FastApiOperation[]>();
  for (const operation of [...answered].sort(byPath)) byTag.set(operation.tags[0] ?? '', [...byTag.get(operation.tags[0] ?? '') ?? [], operation]);
  const tags = [...byTag].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    { operations: 0, widgets: apiRow(api) },
    ...tags.flatMap(([tag, operations]): Row[] => [
      { operations: 0, widgets: [new cloudwatch.TextWidget({ markdown: `## ${markdown(tag === '' ? 'Operations' : tag)}`, width: 24, height: 1 })] },
      ...operations.map((operation) => ({ operations: 1, widgets: operationRow(api, operation) })),
    ]),
    ...logRow(api).map((widgets) => ({ operations: 0, widgets })),
  ];
}

function pagesOf(rows: readonly Row[]): Row[][] {
  const pages: Row[][] = [[]];
  let room = OPERATIONS_PER_DASHBOARD;
  for (const row of rows) {
    if (row.operations > room) {
      pages.push([]);
      room = OPERATIONS_PER_DASHBOARD;
    }
    room -= row.operations;
    pages.at(-1)!.push(row);
  }
  return pages;
}

function byPath(a: FastApiOperation, b: FastApiOperation): number {
  return a.path === b.path ? (a.method < b.method ? -1 : 1) : a.path < b.path ? -1 : 1;
}

/** A tag is text of the app, and stays text in the dashboard. */
function markdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~-]/g, '\\$&').replace(/\s+/g, ' ').slice(0, 200);
}

function requireApi(scope: Construct, api: IMonitoredApi): void {
  // The compiler says the same to TypeScript; jsii lets any object pass.
  if (api?._metrics === undefined) throw new FastApiError(`${scope.node.path}: \`apis\` must be FastApiRestApi or FastApiHttpApi, got: something else`);
  if (Stack.of(api).account !== Stack.of(scope).account || Stack.of(api).region !== Stack.of(scope).region) {
    throw new FastApiError(`${scope.node.path}: a dashboard must be in the account and region of its APIs, got: ${api.node.path} of another; make one there`);
  }
}
