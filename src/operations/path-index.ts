import { literalText, type PathTemplate, type Segment, wholeParameter } from './path-template';

/** The paths with a common beginning. */
interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  /** Paths that continue with a whole-segment parameter that is not greedy. */
  parameter?: Node<T>;
  /** Paths that end here. */
  readonly ends: T[];
  /** Paths whose next segment is neither a text nor such a parameter, so that they cannot be compared by segments. */
  readonly rest: T[];
}

/**
 * Finds the paths that may match the same request as a given path, without comparing all pairs: a document with thousands of
 * operations has millions of pairs, of which hardly any overlap.
 */
export class PathIndex<T> {
  private readonly root: Node<T> = node();

  /** Adds a value under a path. */
  public add(path: PathTemplate, value: T): void {
    let at = this.root;
    for (const segment of segmentsOf(path)) {
      const next = step(at, segment);
      if (next === undefined) {
        at.rest.push(value);
        return;
      }
      at = next;
    }
    at.ends.push(value);
  }

  /** The values whose paths may have a request in common with this one; some of them may have none. */
  public candidates(path: PathTemplate): T[] {
    const found: T[] = [];
    let nodes: Node<T>[] = [this.root];
    for (const segment of segmentsOf(path)) {
      for (const { rest } of nodes) found.push(...rest);
      const text = literalText(segment);
      if (text === undefined && !isPlain(segment)) return [...found, ...nodes.flatMap((each) => [...each.ends, ...below(each)])];
      nodes = nodes.flatMap(({ literals, parameter }) => {
        const literal = text === undefined ? [...literals.values()] : [literals.get(text)];
        return [...literal, parameter].filter((next) => next !== undefined);
      });
    }
    return [...found, ...nodes.flatMap(({ ends, rest }) => [...ends, ...rest])];
  }
}

/** `/` is the path of one empty segment. */
function segmentsOf({ segments }: PathTemplate): readonly Segment[] {
  return segments.length === 0 ? [[]] : segments;
}

function node<T>(): Node<T> {
  return { literals: new Map(), ends: [], rest: [] };
}

/** The child node for a segment, created if missing; `undefined` for a segment that goes to `rest`. */
function step<T>(at: Node<T>, segment: Segment): Node<T> | undefined {
  const text = literalText(segment);
  if (text === undefined) return isPlain(segment) ? at.parameter ??= node() : undefined;
  const next = at.literals.get(text) ?? node();
  at.literals.set(text, next);
  return next;
}

function isPlain(segment: Segment): boolean {
  return wholeParameter(segment)?.greedy === false;
}

/** All values below a node, without its own `ends` and `rest`, which the caller adds. */
function below<T>({ literals, parameter }: Node<T>): T[] {
  const children = [...literals.values(), ...parameter ? [parameter] : []];
  return children.flatMap((child) => [...child.ends, ...child.rest, ...below(child)]);
}
