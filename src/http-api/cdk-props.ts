import { RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { RouteAuthorization } from './authorization';
import { httpApiCors } from './cors';
import type { CorsPolicy } from '../access/cors-policy';
import { setDefaultStage } from '../private/cdk-internals';

/**
 * Every property of the CDK's `HttpApi` except those that this library handles itself: `corsPreflight`,
 * `createDefaultStage` and `defaultDomainMapping`. A test compares the list with the CDK's.
 */
export const CDK_PROPS = [
  'apiName', 'defaultAuthorizationScopes', 'defaultAuthorizer', 'defaultIntegration', 'description', 'disableExecuteApiEndpoint', 'ipAddressType',
  'routeSelectionExpression',
] as const satisfies readonly (keyof apigatewayv2.HttpApiProps)[];

/** The fields of the access log: those of the CDK's JSON format, with the context variables of HTTP APIs. */
const LOG_FIELDS = {
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  caller: '$context.identity.caller',
  user: '$context.identity.user',
  requestTime: '$context.requestTime',
  httpMethod: '$context.httpMethod',
  routeKey: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  protocol: '$context.protocol',
  responseLength: '$context.responseLength',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
};

/** The properties of the CDK's `HttpApi`: the user's, over this library's defaults. `addStage` creates the stage. */
export function httpApiProps(
  scope: Construct, props: apigatewayv2.HttpApiProps, authorization: RouteAuthorization, cors: CorsPolicy | undefined,
): apigatewayv2.HttpApiProps {
  return {
    ...Object.fromEntries(CDK_PROPS.map((name) => [name, props[name]])),
    apiName: props.apiName ?? scope.node.id,
    createDefaultStage: false,
    // Passed on only without a stage, so that the CDK throws its own error.
    defaultDomainMapping: props.createDefaultStage === false ? props.defaultDomainMapping : undefined,
    defaultAuthorizer: authorization.authorizer,
    defaultAuthorizationScopes: authorization.authorizationScopes,
    corsPreflight: cors && httpApiCors(cors),
  };
}

/** The stage of an API, deployed automatically when routes change: the CDK's default stage with an access log. */
export function addStage(
  scope: Construct, api: apigatewayv2.HttpApi, options: apigatewayv2.HttpStageOptions = {}, mapping?: apigatewayv2.DomainMappingOptions,
): apigatewayv2.HttpStage {
  const domainMapping = options.domainMapping ?? mapping;
  const stage = new apigatewayv2.HttpStage(api, 'DefaultStage', {
    httpApi: api,
    autoDeploy: true,
    ...options,
    domainMapping,
    accessLogSettings: {
      destination: options.accessLogSettings?.destination ?? new apigatewayv2.LogGroupLogDestination(accessLog(scope)),
      format: options.accessLogSettings?.format ?? apigateway.AccessLogFormat.custom(JSON.stringify(LOG_FIELDS)),
    },
  });
  if (domainMapping) stage.node.addDependency(domainMapping.domainName);
  setDefaultStage(api, stage);
  return stage;
}

function accessLog(scope: Construct): logs.LogGroup {
  return new logs.LogGroup(scope, 'AccessLog', { retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
}
