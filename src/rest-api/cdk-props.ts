import { RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { MethodAuthorization } from './authorization';
import { HARDENED_THROTTLE } from '../api/hardened';

/** Every property of the CDK's `RestApi` except `defaultCorsPreflightOptions`, which becomes `cors`. A test compares the list with the CDK's. */
export const CDK_PROPS = [
  'apiKeySourceType', 'binaryMediaTypes', 'cloneFrom', 'cloudWatchRole', 'cloudWatchRoleRemovalPolicy', 'defaultIntegration',
  'defaultMethodOptions', 'deploy', 'deployOptions', 'description', 'disableExecuteApiEndpoint', 'domainName', 'endpointConfiguration',
  'endpointExportName', 'endpointTypes', 'failOnWarnings', 'minCompressionSize', 'minimumCompressionSize', 'parameters', 'policy',
  'restApiName', 'retainDeployments',
] as const satisfies readonly (keyof apigateway.RestApiProps)[];

/**
 * The properties of the CDK's `RestApi`: the user's, over this library's defaults.
 *
 * @param scope the construct of this library, which holds the log group of the access log
 * @param authorization the default authorization, for methods that the user adds to the API
 */
export function restApiProps(
  scope: Construct, props: apigateway.RestApiProps & { readonly hardened?: boolean }, authorization: MethodAuthorization,
): apigateway.RestApiProps {
  const cloudWatchRole = props.cloudWatchRole ?? true;
  return {
    ...cdkProps(props),
    restApiName: props.restApiName ?? scope.node.id,
    // All types, because the media types of the app's responses are not known at synth.
    binaryMediaTypes: props.binaryMediaTypes ?? ['*/*'],
    // CDK's own default is an edge-optimized endpoint, where a stream ends after 30 silent seconds.
    endpointConfiguration: props.endpointConfiguration ?? (props.endpointTypes ? undefined : { types: [apigateway.EndpointType.REGIONAL] }),
    // The role is a setting of the account, so it must outlive the removal of one API.
    cloudWatchRole,
    cloudWatchRoleRemovalPolicy: props.cloudWatchRoleRemovalPolicy ?? (cloudWatchRole ? RemovalPolicy.RETAIN : undefined),
    deployOptions: props.deploy === false ? props.deployOptions : stageOptions(scope, {
      ...props.hardened ? hardenedStage(cloudWatchRole) : {},
      ...props.deployOptions,
    }),
    defaultMethodOptions: {
      ...props.defaultMethodOptions,
      authorizationType: authorization.authorizationType,
      authorizer: authorization.authorizer,
      // Scopes are set on each method instead, because CDK warns of default scopes on a method whose authorization is not Cognito.
      authorizationScopes: undefined,
    },
  };
}

/** The endpoint types that an API will have. */
export function endpointTypes(props: apigateway.RestApiProps): apigateway.EndpointType[] {
  return props.endpointConfiguration?.types ?? props.endpointTypes ?? [apigateway.EndpointType.REGIONAL];
}

/** The CDK's properties that are defined, because CDK warns of a deprecated property even if its value is `undefined`. */
function cdkProps(props: apigateway.RestApiProps): apigateway.RestApiProps {
  return Object.fromEntries(CDK_PROPS.map((name) => [name, props[name]]).filter(([, value]) => value !== undefined));
}

function stageOptions(scope: Construct, options: apigateway.StageOptions = {}): apigateway.StageOptions {
  return {
    tracingEnabled: true,
    ...options,
    accessLogDestination: options.accessLogDestination ?? new apigateway.LogGroupLogDestination(accessLog(scope)),
    accessLogFormat: options.accessLogFormat ?? apigateway.AccessLogFormat.jsonWithStandardFields(),
  };
}

function hardenedStage(cloudWatchRole: boolean): apigateway.StageOptions {
  return {
    throttlingRateLimit: HARDENED_THROTTLE.rateLimit,
    throttlingBurstLimit: HARDENED_THROTTLE.burstLimit,
    // Without the account's role for CloudWatch logs, the deployment would fail.
    ...cloudWatchRole ? { loggingLevel: apigateway.MethodLoggingLevel.ERROR } : {},
  };
}

function accessLog(scope: Construct): logs.LogGroup {
  return new logs.LogGroup(scope, 'AccessLog', { retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
}
