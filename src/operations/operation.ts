import type { OperationParameter } from './declared-operation';
import type { FastApiOperation } from './fast-api-operation';
import type { PathTemplate } from './path-template';

export type { FastApiOperation } from './fast-api-operation';

/** An operation as the constructs deploy it. */
export interface Operation extends FastApiOperation {
  /**
   * Id of the operation's construct, for example `GET items {}`: the method and the path as declared, without the
   * names of parameters. Unique, and independent of other operations.
   */
  readonly constructId: string;
  /** Module of the route function, if the app wrote the document. */
  readonly module?: string;
  /** Segments of `routePath`, for example `['files', '{p+}']`; empty for `/`. Use a `Map` for resources by part, because a part may be `constructor`. */
  readonly parts: readonly string[];
  /** Whether only the catch-all route `/{proxy+}` can serve the operation. */
  readonly catchAll: boolean;
  /** Method and path as the app declares them, for example `GET /files/{p}`. */
  readonly guard: string;
  /**
   * The guards that the deployed method admits: its own, those of operations that share its method and route, and those
   * of other operations and hidden routes whose requests API Gateway routes here.
   */
  readonly guards: readonly string[];
  /** The route's name of each path parameter, by the app's name. A parameter that is part of a greedy one in the route is absent. */
  readonly parameterNames: ReadonlyMap<string, string>;
  /** Declared parameters of the operation, and of those that share its method and route. */
  readonly parameters: readonly OperationParameter[];
  /** Whether the declared path ends with a slash. The route does not, so the function must restore it for the app. */
  readonly trailingSlash: boolean;
  /** Qualified names of operations that are merged into this one, because they share its method and route. */
  readonly aliases: readonly string[];
  /** Names of the same operations. */
  readonly aliasNames: readonly string[];
  /** The declared paths that are served here: the operation's own first, then those of its aliases. */
  readonly templates: readonly PathTemplate[];
  /** Position of each of these paths among all routes of the app; `undefined` if the document does not have it. */
  readonly orders: readonly (number | undefined)[];
}
