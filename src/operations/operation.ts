import type { OperationParameter } from './declared-operation';
import type { FastApiOperation } from './fast-api-operation';
import type { PathTemplate } from './path-template';

export type { FastApiOperation } from './fast-api-operation';

/** An operation as the constructs deploy it. */
export interface Operation extends FastApiOperation {
  /**
   * Id of the operation's construct, for example `GET items {}`: the method and the path as declared, without the
   * names of parameters. Unique, and moved by nothing that happens to other operations.
   */
  readonly constructId: string;
  /** Module of the route function, where the app wrote the document. */
  readonly module?: string;
  /** Segments of `routePath`, for example `['files', '{p+}']`; empty for `/`. Build resources from these and a `Map`: a part may be `constructor`. */
  readonly parts: readonly string[];
  /** Whether only the catch-all route `/{proxy+}` can serve the operation. */
  readonly catchAll: boolean;
  /** Method and path as the app declares them, for example `GET /files/{p}`. */
  readonly guard: string;
  /**
   * The guards that the deployed method admits: its own, those of operations that share its method and route, and those
   * of catch-all operations whose requests API Gateway brings to this route.
   */
  readonly guards: readonly string[];
  /** Names of path parameters: the app's name to the route's. A parameter that the route does not hold alone is absent. */
  readonly parameterNames: ReadonlyMap<string, string>;
  /** What the operation declares to read of a request besides its body, and what those declare that share its route. */
  readonly parameters: readonly OperationParameter[];
  /** Whether the declared path ends with a slash: the deployed route does not, and the app is to see it. */
  readonly trailingSlash: boolean;
  /** Qualified names of operations that share this method and route and are deployed as this operation. */
  readonly aliases: readonly string[];
  /** Names of the same operations. */
  readonly aliasNames: readonly string[];
  /** The declared paths that are served here: the operation's own first, then those of its aliases. */
  readonly templates: readonly PathTemplate[];
  /** Place of each of these paths among all routes of the app; undefined where the document does not say it. */
  readonly orders: readonly (number | undefined)[];
}
