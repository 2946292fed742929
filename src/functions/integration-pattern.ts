/** How the operations of an API are spread over Lambda functions. */
export enum IntegrationPattern {
  /** One function per operation: each has its own role, log group, memory and time limit. */
  ISOLATED = 'isolated',

  /** One function per group of operations, see `OperationGroups` (and a second one where some of a group stream and some do not). */
  GROUPED = 'grouped',

  /** One function, the router, for all operations (and a second one where some of them stream). */
  SHARED = 'shared',
}
