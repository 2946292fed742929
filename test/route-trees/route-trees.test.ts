import * as fs from 'node:fs';
import * as path from 'node:path';
import { randomRequests, Random, treeSource } from './tree';
import { httpEvent } from '../../src/local/http-event';
import type { LocalRequest } from '../../src/local/local-request';
import { restEvent } from '../../src/local/rest-event';
import { matchRoute, type RoutePattern } from '../../src/local/route';
import { checkDocument } from '../../src/openapi/document';
import { Operations } from '../../src/operations/operations';
import { runTool, toolEnvironment } from '../../src/private/process';
import { fastApiPython } from '../support/fastapi-python';
import { TemporaryProject } from '../support/temporary-project';

/** `ROUTE_TREES=5000 npx jest test/route-trees` tries that many, `ROUTE_TREES_SEED` another sequence. */
const TREES = Number(process.env.ROUTE_TREES ?? 300);
const SEED = Number(process.env.ROUTE_TREES_SEED ?? 1);
const REQUESTS = 25;

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Route extends RoutePattern {
  readonly guards?: readonly string[];
}

/** A deployment: a kind of API, with or without a catch-all route. */
interface Deployment {
  readonly tree: number;
  readonly kind: 'rest' | 'http';
  readonly operations: Operations;
  readonly routes: Route[];
}

const project = new TemporaryProject();
afterAll(() => project.remove());

function drive<T>(mode: 'describe' | 'deploy', work: unknown[]): T[] {
  const [request, answer] = ['request', 'answer'].map((name) => path.join(project.entry, `${mode}-${name}.json`));
  fs.writeFileSync(request, JSON.stringify(work));
  runTool([fastApiPython(), path.join(__dirname, 'driver.py'), mode, request, answer], {
    cwd: project.entry, env: { ...toolEnvironment(), PYTHONHASHSEED: '0' }, what: `${mode} random route trees`,
  });
  return JSON.parse(fs.readFileSync(answer, 'utf8'));
}

function deployments(tree: number, content: object): Deployment[] {
  const document = checkDocument(content, `tree_${tree}`);
  return (['rest', 'http'] as const).flatMap((kind) => [false, true].flatMap((catchAll) => {
    const operations = Operations.fromDocument(document, { apiType: kind, catchAll });
    if (operations.problems().length > 0) return []; // refused at synth
    const routes: Route[] = operations.all.filter((operation) => !operation.catchAll)
      .map(({ method, routePath, guards }) => ({ method, path: routePath, guards }));
    if (catchAll) routes.push(...kind === 'rest' ? ['/', '/{proxy+}'].map((route) => ({ method: 'ANY', path: route })) : [{ method: 'ANY', path: '$default' }]);
    return [{ tree, kind, operations, routes }];
  }));
}

test(`what ${TREES} random applications answer, deployed in four ways, is what they answer to uvicorn (seed ${SEED})`, () => {
  const random = new Random(SEED);
  const requests: [string, string][][] = [];
  for (let tree = 0; tree < TREES; tree++) {
    project.write({ [`tree_${tree}.py`]: treeSource(random) });
    requests.push(randomRequests(random, REQUESTS));
  }
  const read = drive<{ document: object; answers: [Answer, Answer][] }>('describe', requests.map((each, tree) => ({ module: `tree_${tree}`, requests: each })));

  // Each function gets the events that API Gateway would bring to it.
  const functions = new Map<string, { module: string; environment: object; events: object[] }>();
  const asked: { deployment: Deployment; route: Route; wanted: [Answer, Answer]; line: string; place: [string, number] }[] = [];
  for (const [tree, { document, answers }] of read.entries()) {
    for (const deployment of deployments(tree, document)) {
      for (const [index, [method, rawPath]] of requests[tree].entries()) {
        const match = matchRoute(deployment.routes, method, rawPath);
        if (match === undefined) continue; // API Gateway's own 403 or 404
        const guards = match.route.guards?.join('\n');
        const key = `${tree} ${guards ?? ''}`;
        const known = functions.get(key) ?? { module: `tree_${tree}`, environment: guards === undefined ? {} : { CDK_FASTAPI_OPERATION: guards }, events: [] };
        functions.set(key, known);
        const request: LocalRequest = { method, rawPath, rawQuery: '', headers: [['host', 'example.com']], body: Buffer.alloc(0), sourceIp: '127.0.0.1' };
        const context = { apiId: 'api', domainName: 'example.com', requestId: 'request' };
        const event = deployment.kind === 'rest' ? restEvent(request, match, { ...context, stage: 'prod' }) : httpEvent(request, match, { ...context, stage: '$default' });
        asked.push({ deployment, route: match.route, wanted: answers[index], line: `${method} ${rawPath}`, place: [key, known.events.push(event) - 1] });
      }
    }
  }
  const keys = [...functions.keys()];
  const got = new Map(drive<Answer[]>('deploy', [...functions.values()]).map((answers, index) => [keys[index], answers]));

  const faults: string[] = [];
  let same = 0;
  for (const { deployment, route, wanted: [wanted, otherSlash], line, place: [key, index] } of asked) {
    const answer = got.get(key)![index];
    const where = `tree ${deployment.tree}, ${deployment.kind}, ${line} at ${route.method} ${route.path}: wanted ${wanted.status} ${wanted.body}, got ${answer.status} ${answer.body}`;
    // Routes of API Gateway have no slash at their end: where the app has one, it answers at once instead of redirecting there.
    const alike = wanted.status === 200 ? wanted : otherSlash;
    if (answer.status === wanted.status && (wanted.status !== 200 || answer.body === wanted.body)) same++;
    else if (answer.status === 200 && answer.body === alike.body) same++;
    else if (answer.status === 200) faults.push(`another operation: ${where}`);
    else if (answer.status >= 500) faults.push(`failed: ${where}`);
    else if (wanted.status === 200 && !isGuarded(line) && !isExplained(deployment, route, wanted)) faults.push(`refused: ${where}`);
  }
  process.stderr.write(`route trees: ${asked.length} requests to ${functions.size} functions, ${same} the same\n`);
  expect(faults).toEqual([]);
  expect(same).toBeGreaterThan(asked.length * 0.8);
});

/** An encoded slash that leads the app to another operation is what the guard is there for. */
function isGuarded(line: string): boolean {
  return line.includes('%2F');
}

/** Whether synth says that the operation is not served, or not by this deployment. */
function isExplained({ operations }: Deployment, { guards }: Route, wanted: Answer): boolean {
  const { endpoint } = JSON.parse(wanted.body) as { endpoint: string };
  const operation = operations.all.find(({ name, aliasNames }) => [name, ...aliasNames].includes(endpoint.replace('_', '')) || [name, ...aliasNames].includes(endpoint));
  // Hidden routes and mounted applications are served by a catch-all route alone.
  if (operation === undefined) return true;
  return operations.issues.some(({ message, operation: named }) => named === operation.name || guards!.some((guard) => message.includes(guard)));
}
