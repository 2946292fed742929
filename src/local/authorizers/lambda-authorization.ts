import type { LambdaAuthorizer } from './authorizer';
import { refused, type Decision } from './decision';
import { identityValue } from './identity-source';
import { evaluatePolicy } from './policy';
import { entries, member, stringMember, type Json, type JsonObject } from '../../private/json';
import { InvocationError } from '../functions/invocation-error';
import type { LocalRequest } from '../local-request';

/** What an authorizer is asked about. */
export interface AuthorizedRequest {
  readonly request: LocalRequest;
  /** The event that an integration would get, in the format of a version. */
  readonly event: (payload: '1.0' | '2.0') => JsonObject;
  readonly kind: 'rest' | 'http' | 'function-url';
  /** ARN of the method or route that is called. */
  readonly arn: string;
  readonly routeKey: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** Payload format of the integration, in which the context of an authorizer is told. */
  readonly payload: '1.0' | '2.0';
}

/** Runs a function with an event and gives what it answered. */
export type InvokeFunction = (functionId: string, event: JsonObject) => Promise<Json>;

interface Kept {
  readonly answer: Json;
  readonly until: number;
}

/** Decisions of Lambda authorizers, which are kept as long as the template says. */
export class LambdaAuthorization {
  private readonly kept = new Map<string, Kept>();

  /** @param invoke runs a function */
  public constructor(private readonly invoke: InvokeFunction) {}

  /** Asks the authorizer, or remembers what it said. */
  public async decide(authorizer: LambdaAuthorizer, asked: AuthorizedRequest): Promise<Decision> {
    const { request, routeKey, stageVariables } = asked;
    const known = { context: { routeKey, httpMethod: request.method, path: request.rawPath }, stageVariables };
    const identities = authorizer.identitySources.map((source) => identityValue(source, request, known));
    if (identities.some((identity) => identity === undefined)) {
      return refused('UNAUTHORIZED', `the request lacks ${authorizer.identitySources.find((_, index) => identities[index] === undefined)}`);
    }
    const [token = ''] = identities;
    if (authorizer.type === 'token' && authorizer.validation !== undefined && !new RegExp(`^(?:${authorizer.validation})$`).test(String(token))) {
      return refused('UNAUTHORIZED', 'the token does not match the validation expression');
    }
    try {
      return this.read(authorizer, asked, await this.ask(authorizer, asked, identities.map(String)));
    } catch (error) {
      const said = error instanceof InvocationError ? stringMember(error.payload, 'errorMessage') : undefined;
      // The one message that means something else than a failure.
      if (said === 'Unauthorized') return refused('UNAUTHORIZED', 'the authorizer said Unauthorized');
      return refused('AUTHORIZER_FAILURE', `the authorizer failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async ask(authorizer: LambdaAuthorizer, asked: AuthorizedRequest, identities: string[]): Promise<Json> {
    // Without identity sources nothing tells callers apart.
    const keeps = authorizer.cacheSeconds > 0 && identities.length > 0;
    const key = JSON.stringify([authorizer.name, authorizer.functionId, identities]);
    const before = this.kept.get(key);
    if (keeps && before !== undefined && before.until > Date.now()) return before.answer;
    const answer = await this.invoke(authorizer.functionId, authorizerEvent(authorizer, asked, identities));
    if (keeps) this.kept.set(key, { answer, until: Date.now() + authorizer.cacheSeconds * 1000 });
    return answer;
  }

  private read(authorizer: LambdaAuthorizer, asked: AuthorizedRequest, answer: Json): Decision {
    const context = member(answer, 'context') ?? {};
    if (authorizer.simple) {
      const authorized = member(answer, 'isAuthorized');
      if (typeof authorized !== 'boolean') return refused('AUTHORIZER_CONFIGURATION_ERROR', `the authorizer must answer with \`isAuthorized\`, got: ${shortened(answer)}`);
      return authorized ? { allowed: true, authorizer: told(asked, context, undefined) } : refused('ACCESS_DENIED', 'the authorizer denied it');
    }
    const effect = evaluatePolicy(member(answer, 'policyDocument'), asked.arn);
    const principal = stringMember(answer, 'principalId');
    if (effect === undefined || (principal === undefined && asked.kind === 'rest')) {
      return refused('AUTHORIZER_CONFIGURATION_ERROR', `the authorizer must answer with \`principalId\` and \`policyDocument\`, got: ${shortened(answer)}`);
    }
    if (asked.kind === 'rest' && entries(context).some(([, value]) => typeof value === 'object')) {
      return refused('AUTHORIZER_CONFIGURATION_ERROR', `the authorizer's \`context\` must hold texts, numbers and booleans, got: ${shortened(context)}`);
    }
    const usageIdentifierKey = stringMember(answer, 'usageIdentifierKey');
    if (effect === 'allow') return { allowed: true, authorizer: told(asked, context, principal), usageIdentifierKey };
    const explicit = effect === 'deny' ? ' with an explicit deny' : '';
    return refused('ACCESS_DENIED', `the policy of the authorizer does not allow ${asked.arn}`, `User is not authorized to access this resource${explicit}`);
  }
}

/** `requestContext.authorizer`, which each kind of event words in its own way. */
function told(asked: AuthorizedRequest, context: Json, principal: string | undefined): JsonObject {
  if (asked.kind === 'http' && asked.payload === '2.0') return { lambda: context };
  const texts = Object.fromEntries(entries(context).map(([name, value]) => [name, String(value)]));
  return { principalId: principal ?? null, ...texts, integrationLatency: 0 };
}

function authorizerEvent(authorizer: LambdaAuthorizer, asked: AuthorizedRequest, identities: string[]): JsonObject {
  if (authorizer.type === 'token') return { type: 'TOKEN', methodArn: asked.arn, authorizationToken: identities[0] };
  const { body: _body, isBase64Encoded: _encoded, ...event } = asked.event(asked.kind === 'rest' ? '1.0' : authorizer.payload);
  if (asked.kind === 'rest') return { type: 'REQUEST', methodArn: asked.arn, ...event };
  if (authorizer.payload === '2.0') return { ...event, version: '2.0', type: 'REQUEST', routeArn: asked.arn, identitySource: identities };
  return { ...event, version: '1.0', type: 'REQUEST', methodArn: asked.arn, identitySource: identities.join(','), authorizationToken: identities.join(',') };
}

function shortened(value: Json): string {
  return JSON.stringify(value).slice(0, 300);
}
