/**
 * How the template defines the routes of an API. Cannot be switched later under the same construct id,
 * because API Gateway refuses the new routes while the old ones still exist.
 */
export enum RouteDefinition {
  /** One OpenAPI body: no resource per method, path variables can be renamed, no limit of 500 resources. */
  BODY = 'body',

  /** One resource per path, method, route and integration, as CDK makes them; flat, with CloudFormation's limits. */
  RESOURCES = 'resources',
}
