import { createSocket, type Socket } from 'node:dgram';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Compute } from '../../src/cli/new/new-options';
import { projectNames } from '../../src/cli/new/project-names';
import { projectFiles } from '../../src/cli/new/template';
import { writeFiles } from '../../src/cli/new/write-files';
import type { Json } from '../../src/private/json';
import { testPython } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

/** A project as `cdk-fastapi new` writes it. */
export function newProject(name: string, compute: Compute): TemporaryProject {
  const project = new TemporaryProject();
  writeFiles(project.root, projectFiles(projectNames(name), compute, testPython().minor), false);
  return project;
}

/** An event that an API sends. */
export function event(kind: 'rest' | 'http' | 'function-url', route: string, query: Record<string, string> = {}, headers: Record<string, string> = {}): Json {
  const content = JSON.parse(fs.readFileSync(path.join(__dirname, `../../runtime/tests/events/${kind}.json`), 'utf8'));
  Object.assign(content.headers, headers);
  if (kind === 'rest') {
    const multi = (values: object) => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, [value]]));
    Object.assign(content, { path: route, resource: '/{proxy+}', queryStringParameters: query, multiValueQueryStringParameters: multi(query) });
    Object.assign(content.multiValueHeaders, multi(headers));
    content.requestContext.path = `/prod${route}`;
  } else {
    Object.assign(content, { rawPath: kind === 'http' ? `/prod${route}` : route, rawQueryString: new URLSearchParams(query).toString() });
    content.requestContext.http.path = content.rawPath;
  }
  return content;
}

/** A line that CloudWatch makes metrics of. */
export interface MetricLine extends Record<string, unknown> {
  readonly _aws: { readonly CloudWatchMetrics: readonly { readonly Dimensions: readonly string[][]; readonly Namespace: string }[] };
}

/** The metric lines of a function's log. */
export function metricLines(log: string): MetricLine[] {
  return jsonLines(log).filter((line): line is MetricLine => '_aws' in line);
}

/** The log records of a function's log. */
export function logRecords(log: string): Record<string, unknown>[] {
  return jsonLines(log).filter((line) => 'message' in line);
}

function jsonLines(log: string): Record<string, unknown>[] {
  return log.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

/** A subsegment as X-Ray's daemon gets it. */
export interface Subsegment {
  readonly name: string;
  readonly id: string;
  readonly parent_id: string;
  readonly trace_id: string;
}

/** Stands in for X-Ray's daemon. */
export class XRayDaemon {
  public static async start(): Promise<XRayDaemon> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new XRayDaemon(socket);
  }

  public readonly arrived: Subsegment[] = [];

  private constructor(private readonly socket: Socket) {
    socket.on('message', (datagram) => {
      const [head, body] = datagram.toString().split('\n');
      if (head === '{"format":"json","version":1}') this.arrived.push(JSON.parse(body));
    });
  }

  public get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  public async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.socket.close(() => resolve()));
  }
}
