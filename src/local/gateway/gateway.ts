import { apiIdentity, type ApiIdentity } from './api-identity';
import { answerHeaders, isPreflight, preflightHeaders, withoutCors } from './cors-configuration';
import { httpError, type ErrorType } from './error-type';
import type { GatewayAnswer } from './gateway-answer';
import { gatewayAnswer } from './gateway-response';
import { forwardToHttp, HttpTimeout } from './http-proxy';
import type { LambdaIntegration } from './integration';
import type { RequestRecord } from './request-record';
import { checkRequest } from './request-rules';
import { TemplateAnswer } from './template-answer';
import type { Json, JsonObject } from '../../private/json';
import { LIMITS } from '../../private/limits';
import type { ApiDomain } from '../assembly/api-domains';
import type { Authorization } from '../authorizers/authorization';
import type { FunctionFleet } from '../functions/function-fleet';
import { InvocationError } from '../functions/invocation-error';
import { httpEvent } from '../http-event';
import { headersOf } from '../http-exchange';
import type { LocalApi } from '../local-api';
import { headerValues, type LocalRequest } from '../local-request';
import { proxyAnswer, type LocalAnswer } from '../proxy-answer';
import { httpEventOfFirstVersion, restEvent, type EventContext } from '../rest-event';
import { matchRoute, type Route, type RouteMatch } from '../route';

/** Bytes of a request's body. */
const BODY_LIMIT = {
  'rest': LIMITS.apiRequestMebibytes.aws * 1024 * 1024,
  'http': LIMITS.apiRequestMebibytes.aws * 1024 * 1024,
  'function-url': LIMITS.payloadMebibytes.aws * 1024 * 1024,
} as const;
/** Bytes of all header lines of a request. */
const HEADER_LIMIT = LIMITS.headerBytes.aws;

/** Does with a request what API Gateway does: route, authorization, validation, integration, answer. */
export class Gateway {
  private readonly identity: ApiIdentity;

  public constructor(private readonly api: LocalApi, private readonly fleet: FunctionFleet, private readonly authorization: Authorization) {
    this.identity = apiIdentity(api);
  }

  /** Most bytes that a body may have. */
  public get bodyLimit(): number {
    return BODY_LIMIT[this.api.kind];
  }

  /**
   * The answer to a request.
   *
   * @param record is told what happens
   * @param domain the custom domain by which it came
   */
  public async answer(request: LocalRequest, record: RequestRecord, domain?: ApiDomain): Promise<GatewayAnswer> {
    const answer = await this.routed(request, record, domain);
    const { cors } = this.api;
    if (cors === undefined || record.preflight) return answer;
    const headers = cors.kind === 'http' ? withoutCors(answer.headers) : answer.headers;
    return { ...answer, headers: [...headers, ...answerHeaders(cors, request)] };
  }

  /** An answer of the API itself. */
  public refuse(type: ErrorType, request: LocalRequest, requestId: string, message?: string): LocalAnswer {
    if (this.api.kind === 'rest') {
      const { stage, stageVariables, gatewayResponses } = this.api;
      return gatewayAnswer(gatewayResponses, type, { request, requestId, stage, stageVariables }, message);
    }
    const { status, message: usual } = httpError(type);
    const own = type === 'NOT_IMPLEMENTED' ? message ?? usual : usual;
    const body = this.api.kind === 'function-url' ? { Message: own } : { message: own };
    const challenge: [string, string][] = type === 'UNAUTHORIZED' ? [['www-authenticate', 'Bearer']] : [];
    return { status, headers: [['content-type', 'application/json'], ...challenge, [this.identity.requestIdHeader, requestId]], body: Buffer.from(JSON.stringify(body)) };
  }

  private async routed(request: LocalRequest, record: RequestRecord, domain: ApiDomain | undefined): Promise<GatewayAnswer> {
    const { api } = this;
    const place = domain === undefined ? this.identity.context : { ...this.identity.context, domainName: domain.name, basePath: domain.basePath };
    const { id } = record;
    if (api.kind !== 'function-url' && headerBytes(request) > HEADER_LIMIT) return this.refuse('HEADERS_TOO_LARGE', request, id);
    if (request.body.length > this.bodyLimit) return this.refuse('REQUEST_TOO_LARGE', request, id);
    if (api.cors !== undefined && isPreflight(request)) {
      record.preflight = true;
      return { status: api.cors.kind === 'http' ? 204 : 200, headers: preflightHeaders(api.cors, request), body: Buffer.alloc(0) };
    }
    const match = matchRoute(api.routes, request.method, request.rawPath);
    if (match === undefined) return this.refuse('NOT_FOUND', request, id);
    record.route = api.kind === 'function-url' ? undefined : `${match.route.method} ${match.route.path}`;
    const payload = match.route.integration.kind === 'lambda' ? match.route.integration.payload : api.kind === 'rest' ? '1.0' : '2.0';
    const decision = await this.authorization.decide(match.route.authorization, {
      request,
      event: (version) => this.event(request, match, { ...place, requestId: id }, version),
      kind: api.kind,
      payload,
      arn: this.identity.routeArn(request, match),
      routeKey: `${match.route.method} ${match.route.path}`,
      stageVariables: api.stageVariables,
    }, `${domain?.basePath ?? this.identity.prefix}${request.rawPath}`);
    if (!decision.allowed) {
      record.note = decision.reason;
      return this.refuse(decision.error, request, id, decision.message);
    }
    const refusal = match.route.rules === undefined ? undefined : checkRequest(match.route.rules, request);
    if (refusal !== undefined) return this.refuse(refusal.type, request, id, 'message' in refusal ? refusal.message : undefined);
    const { authorizer, identity } = decision;
    const event = this.event(request, match, { ...place, requestId: id, authorizer, identity }, payload);
    return this.integrate(request, match, event, record);
  }

  private async integrate(request: LocalRequest, match: RouteMatch<Route>, event: JsonObject, record: RequestRecord): Promise<GatewayAnswer> {
    const { integration } = match.route;
    const { stage, stageVariables } = this.api;
    const known = { requestId: record.id, stage, stageVariables };
    try {
      switch (integration.kind) {
        case 'lambda':
          return await this.invoke(integration, request, event, record);
        case 'mock':
          return new TemplateAnswer(integration, request, match, known).ofMock();
        case 'http':
          return await forwardToHttp(integration, request, {
            ...known, parameters: match.parameters, context: { requestId: record.id, stage, httpMethod: request.method, path: request.rawPath },
          });
        default: {
          const message = `${match.route.method} ${match.route.path} is answered by ${integration.name}, which this machine cannot run`;
          return this.refuse('NOT_IMPLEMENTED', request, record.id, message);
        }
      }
    } catch (error) {
      record.note = error instanceof Error ? error.message : String(error);
      return this.refuse(errorType(error), request, record.id);
    }
  }

  private async invoke(integration: LambdaIntegration, request: LocalRequest, event: JsonObject, record: RequestRecord): Promise<GatewayAnswer> {
    record.event = event;
    record.functionId = integration.functionId;
    const problem = this.fleet.problem(integration.functionId);
    if (problem !== undefined) {
      record.note = problem;
      return this.refuse('NOT_IMPLEMENTED', request, record.id, problem);
    }
    const began = (cold: boolean): void => { record.cold = cold; };
    const work = this.fleet.invoke(integration.functionId, { id: record.id, event, request }, began);
    const answer = await within(this.fleet.patience(integration.timeoutMillis), work);
    if ('stream' in answer) {
      const { stream } = answer;
      return { status: stream.statusCode ?? 502, headers: headersOf(stream).filter(([name]) => !HOP_BY_HOP.test(name)), stream };
    }
    const payload = parsed(answer.payload);
    record.response = payload;
    return proxyAnswer(payload, { kind: this.api.kind, payload: integration.payload, binary: this.takesBinary(request), requestId: record.id });
  }

  private takesBinary(request: LocalRequest): boolean {
    if (this.api.kind !== 'rest' || this.api.allBinary) return true;
    const accepted = headerValues(request).get('accept')?.[0]?.split(',')[0].split(';')[0].trim();
    return this.api.binaryMediaTypes.includes(accepted ?? '');
  }

  private event(request: LocalRequest, match: RouteMatch<Route>, context: EventContext, version: '1.0' | '2.0'): JsonObject {
    if (this.api.kind === 'rest') return restEvent(request, match, context);
    if (version === '1.0') return httpEventOfFirstVersion(request, match, context);
    return httpEvent(request, match, context, this.api.kind);
  }
}

const HOP_BY_HOP = /^(connection|keep-alive|transfer-encoding)$/;

function headerBytes(request: LocalRequest): number {
  return request.headers.reduce((sum, [name, value]) => sum + name.length + value.length, request.rawPath.length + request.rawQuery.length);
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new IntegrationTimeout(milliseconds)), milliseconds);
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The integration took longer than an API waits; the function goes on. */
class IntegrationTimeout extends Error {
  public constructor(milliseconds: number) {
    super(`the integration did not answer within ${milliseconds / 1000} seconds`);
  }
}

function errorType(error: unknown): ErrorType {
  if (error instanceof IntegrationTimeout || error instanceof HttpTimeout) return 'INTEGRATION_TIMEOUT';
  // Of an HTTP integration: a server that is not there.
  if (typeof error === 'object' && error !== null && 'syscall' in error) return 'INTEGRATION_FAILURE';
  if (error instanceof InvocationError && error.kind === 'size' && /^the event/.test(error.message)) return 'REQUEST_TOO_LARGE';
  return 'MALFORMED_ANSWER';
}

function parsed(payload: Buffer): Json {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    throw new InvocationError('malformed', `a function must answer with JSON, got: ${payload.toString('utf8').slice(0, 300)}`);
  }
}
