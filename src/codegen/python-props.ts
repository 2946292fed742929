import type { ApiType } from '../operations/api-type';

/**
 * The properties that a Python construct passes on, each with its type. They have to be written out: Python cannot say
 * "all parameters of the other function but these". A test compares them with `.jsii`.
 */
const COMMON = {
  catch_all: 'bool',
  cors: 'cdk_fastapi.FastApiCorsOptions',
  definition: 'cdk_fastapi.RouteDefinition',
  description: 'str',
  disable_execute_api_endpoint: 'bool',
  documentation: 'bool',
  frontend: 'bool',
  frontend_options: 'cdk_fastapi.FrontEndOptions',
  function_options: 'aws_lambda.FunctionOptions',
  function_stacks: 'float',
  groups: 'cdk_fastapi.OperationGroups',
  hardened: 'bool',
  pattern: 'cdk_fastapi.IntegrationPattern',
  runtime_config_key: 'str',
};

const REST = {
  ...COMMON,
  adapter_layer_arn: 'str',
  api_key_source_type: 'aws_apigateway.ApiKeySourceType',
  auth: 'cdk_fastapi.RestApiAuth',
  binary_media_types: 'Sequence[str]',
  clone_from: 'aws_apigateway.IRestApi',
  cloud_watch_role: 'bool',
  cloud_watch_role_removal_policy: 'aws_cdk.RemovalPolicy',
  default_cors_preflight_options: 'aws_apigateway.CorsOptions',
  default_integration: 'aws_apigateway.Integration',
  default_method_options: 'aws_apigateway.MethodOptions',
  deploy: 'bool',
  deploy_options: 'aws_apigateway.StageOptions',
  domain_name: 'aws_apigateway.DomainNameOptions',
  endpoint_configuration: 'aws_apigateway.EndpointConfiguration',
  endpoint_export_name: 'str',
  endpoint_types: 'Sequence[aws_apigateway.EndpointType]',
  fail_on_warnings: 'bool',
  min_compression_size: 'aws_cdk.Size',
  minimum_compression_size: 'float',
  operation_request_validation: 'Mapping[str, cdk_fastapi.RequestValidation]',
  parameters: 'Mapping[str, str]',
  policy: 'aws_iam.PolicyDocument',
  request_validation: 'cdk_fastapi.RequestValidation',
  rest_api_name: 'str',
  retain_deployments: 'bool',
};

const HTTP = {
  ...COMMON,
  api_name: 'str',
  auth: 'cdk_fastapi.HttpApiAuth',
  cors_preflight: 'aws_apigatewayv2.CorsPreflightOptions',
  create_default_stage: 'bool',
  default_authorization_scopes: 'Sequence[str]',
  default_authorizer: 'aws_apigatewayv2.IHttpRouteAuthorizer',
  default_domain_mapping: 'aws_apigatewayv2.DomainMappingOptions',
  default_integration: 'aws_apigatewayv2.HttpRouteIntegration',
  ip_address_type: 'aws_apigatewayv2.IpAddressType',
  route_selection_expression: 'bool',
  stage_options: 'aws_apigatewayv2.HttpStageOptions',
};

/** Parameter and type, sorted by parameter. */
export const PYTHON_PROPS: Record<ApiType, readonly (readonly [name: string, type: string])[]> = {
  rest: sorted(REST),
  http: sorted(HTTP),
};

function sorted(props: Record<string, string>): [string, string][] {
  return Object.entries(props).sort(([a], [b]) => (a < b ? -1 : 1));
}
