/**
 * How the routes of an API stand in the template. Cannot be switched later under the same construct
 * id: the routes of the one form and of the other would meet in API Gateway, which refuses them.
 */
export enum RouteDefinition {
  /** One OpenAPI body: no resource per method, path variables can be renamed, no limit of 500 resources. */
  BODY = 'body',

  /** One resource per path, method, route and integration, as CDK makes them; flat, with CloudFormation's limits. */
  RESOURCES = 'resources',
}
