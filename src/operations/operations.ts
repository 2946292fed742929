import { distance } from 'fastest-levenshtein';
import type { ApiType } from './api-type';
import { captureRequests } from './capture';
import { type DeclaredOperation, declaredOperations } from './declared-operation';
import { mergeOperations } from './merge';
import type { Operation } from './operation';
import { quotaIssues } from './quota';
import { type Rival, unlistedRivals } from './rival';
import { assignRoutes } from './route-assignment';
import { unservedIssues } from './unserved';
import type { OpenApiDocument } from '../openapi/document';
import { type Issue, throwErrors } from '../openapi/issue';
import type { AppFacts, ShadowedRoute } from '../openapi/route-facts';
import { FastApiError } from '../private/errors';
import { printable } from '../private/printable';

/** The API that operations are read for. */
export interface OperationsOptions {
  /** The kind of API. */
  readonly apiType: ApiType;
  /**
   * Whether a catch-all route serves operations that API Gateway cannot express.
   *
   * @default false
   */
  readonly catchAll?: boolean;
}

/** The operations of one document, ready for one kind of API. */
export class Operations {
  /** Reads the operations of a document. A path that cannot be served becomes an issue instead of an exception: see `orThrow`. */
  public static fromDocument(document: OpenApiDocument, options: OperationsOptions): Operations {
    const catchAll = options.catchAll ?? false;
    const declared = declaredOperations(document);
    const assigned = assignRoutes(declared, { ...options, catchAll });
    const merged = mergeOperations(assigned.operations);
    const captured = captureRequests(merged.operations, document.facts, catchAll);
    const issues = [
      ...document.issues, ...controlCharacterIssues(declared), ...ownHandlerIssues(document.facts),
      ...assigned.issues, ...merged.issues, ...captured.issues,
      ...shadowedIssues(document.facts.shadowed, captured.issues), ...unservedIssues(document, catchAll),
      ...quotaIssues(captured.operations, options.apiType),
    ];
    return new Operations(document.source, captured.operations, issues, catchAll ? unlistedRivals(document.facts) : []);
  }

  private readonly byQualifiedName = new Map<string, Operation>();
  private readonly byName = new Map<string, Operation[]>();

  private constructor(
    /** Where the document comes from. */
    public readonly source: string,
    /** The operations in the order of the document; those that share method and route are one. */
    public readonly all: readonly Operation[],
    /** All errors and warnings, of the document and of its operations. */
    public readonly issues: readonly Issue[],
    /** Paths that a catch-all route serves besides the operations: hidden routes, documentation pages, mounted applications. */
    public readonly unlisted: readonly Rival[],
  ) {
    for (const operation of all) {
      for (const name of [operation.qualifiedName, ...operation.aliases]) this.byQualifiedName.set(name, operation);
      for (const name of new Set([operation.name, ...operation.aliasNames])) {
        this.byName.set(name, [...this.byName.get(name) ?? [], operation]);
      }
    }
  }

  /** The errors alone. */
  public problems(): Issue[] {
    return this.issues.filter((issue) => issue.severity === 'error');
  }

  /** Returns this object, or throws all errors of the document in one. */
  public orThrow(): this {
    throwErrors(this.issues, this.source);
    return this;
  }

  /**
   * The operation of a name.
   *
   * @param name qualified name, or name if only one operation has it
   */
  public find(name: string): Operation {
    const qualified = this.byQualifiedName.get(name);
    if (qualified !== undefined) return qualified;
    const named = this.byName.get(name) ?? [];
    if (named.length === 1) return named[0];
    if (named.length > 1) {
      const list = named.map((operation) => `\`${operation.qualifiedName}\` (${operation.guard})`).join(', ');
      throw new FastApiError(printable(`${named.length} operations of ${this.source} have this name, got: ${name}; use the qualified name: ${list}`, 2000));
    }
    const nearest = this.nearest(name).map((near) => `\`${near}\``).join(', ');
    throw new FastApiError(printable(
      `${this.source} has no operation of this name, got: ${name}; ${nearest ? `the nearest names are ${nearest}` : 'it has no operations at all'}`, 2000,
    ));
  }

  /**
   * The operation of a name. Instead of throwing as `find` does, adds the message to `problems` and returns `undefined`.
   *
   * @param name qualified name, or name if only one operation has it
   */
  public findOrReport(name: string, problems: string[]): Operation | undefined {
    try {
      return this.find(name);
    } catch (error) {
      if (!FastApiError.isFastApiError(error)) throw error;
      problems.push(error.message);
      return undefined;
    }
  }

  private nearest(name: string): string[] {
    const wanted = name.toLowerCase().replaceAll('_', '');
    const names = new Set([...this.byName.keys(), ...this.byQualifiedName.keys()]);
    return [...names]
      .map((candidate) => ({ candidate, cost: distance(wanted, candidate.toLowerCase()) }))
      .sort((a, b) => a.cost - b.cost || (a.candidate < b.candidate ? -1 : 1))
      .slice(0, 5)
      .map(({ candidate }) => candidate);
  }
}

/** Refuses line breaks in paths, because a function reads the list of its operations line by line. */
function controlCharacterIssues(declared: readonly DeclaredOperation[]): Issue[] {
  return declared.filter(({ guard }) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(guard)).map(({ name, method, path }): Issue => ({
    severity: 'error',
    rule: 'control-character',
    message: `a path must not have control characters or line breaks, got: ${JSON.stringify(path)}`,
    remedy: 'change the path in the app',
    operation: name,
    method,
    path,
  }));
}

/** Warns of a Lambda handler of the module's own, which gets the events unchanged, without the features of the shim. */
function ownHandlerIssues({ ownHandler, entrypoint }: AppFacts): Issue[] {
  if (!ownHandler) return [];
  return [{
    severity: 'warning',
    rule: 'own-handler',
    message: `the module of ${entrypoint ?? 'the app'} has a \`handler\` of its own, which buffered functions use as it is: the app then sees neither the stage `
      + 'nor the base path of the API nor its paths as the client wrote them, trailing slashes are not restored, and the lifespan is up to the handler; what keeps '
      + 'a function to its own operations stands in the application of `entrypoint` and in no other that the handler makes',
    remedy: 'leave it out or write `handler = Mangum(app)` without options other than `lifespan`, unless it handles other events too',
  }];
}

/** Warns of routes that the app never reaches, because an earlier route of its router matches all of their requests. */
function shadowedIssues(shadowed: readonly ShadowedRoute[], said: readonly Issue[]): Issue[] {
  const known = new Set(said.filter(({ rule }) => rule === 'shadowed').map(({ method, path }) => `${method} ${path}`));
  return shadowed.flatMap(({ path, methods, name, by }) => methods.filter((method) => !known.has(`${method} ${path}`)).map((method): Issue => ({
    severity: 'warning',
    rule: 'shadowed',
    message: `the app never reaches the route, since \`${by.name}\` (${by.path}) comes first`,
    remedy: 'change the order or the path in the app, or remove the route',
    operation: name,
    method,
    path,
  })));
}
