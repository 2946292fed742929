import { PSEUDO_PARAMETERS } from '../assembly/intrinsics';
import type { LocalApi } from '../local-api';
import type { LocalRequest } from '../local-request';
import type { EventContext } from '../rest-event';
import type { Route, RouteMatch } from '../route';

/** By which names an API is known in events, ARNs and answers. */
export interface ApiIdentity {
  readonly context: EventContext;
  /** The stage as part of a path. */
  readonly prefix: string;
  readonly requestIdHeader: string;
  /** ARN of the method or route that a request calls. */
  routeArn(request: LocalRequest, match: RouteMatch<Route>): string;
}

/** The names of an API on this machine. The host name is one of AWS, by which the shim knows stage and encoding; links are made of the `Host` header. */
export function apiIdentity(api: LocalApi): ApiIdentity {
  const region = PSEUDO_PARAMETERS['AWS::Region'];
  const { stage } = api;
  const apiId = 'local';
  const service = api.kind === 'function-url' ? 'lambda-url' : 'execute-api';
  const domainName = `${apiId}.${service}.${region}.${api.kind === 'function-url' ? 'on.aws' : 'amazonaws.com'}`;
  const arn = `arn:aws:execute-api:${region}:${PSEUDO_PARAMETERS['AWS::AccountId']}:${apiId}/${stage}`;
  return {
    context: { apiId, stage, domainName, allBinary: api.allBinary, binaryMediaTypes: api.binaryMediaTypes, stageVariables: api.stageVariables },
    prefix: stagePrefix(stage),
    requestIdHeader: api.kind === 'http' ? 'apigw-requestid' : 'x-amzn-requestid',
    routeArn: (request, { route }) => {
      if (route.path === '$default') return `${arn}/$default`;
      return `${arn}/${request.method}${request.rawPath}`;
    },
  };
}

/** `/prod`, or nothing for `$default`. */
export function stagePrefix(stage: string): string {
  return stage === '$default' ? '' : `/${stage}`;
}
