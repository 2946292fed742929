/** How the operations of an API are spread over Lambda functions. */
export enum IntegrationPattern {
  /** One function per operation, with its own role, log group, memory and timeout. */
  ISOLATED = 'isolated',

  /** One function per group of operations, see `OperationGroups`. On a REST API, a group with streaming and buffered operations has two. */
  GROUPED = 'grouped',

  /** One function, the router, for all operations. A REST API has a second one for streaming operations. */
  SHARED = 'shared',
}
