import { literalText, type PathTemplate, type Segment, wholeParameter } from './path-template';

/** What lies below one beginning of a path. */
interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  /** Below a parameter that takes the whole segment and no slash. */
  parameter?: Node<T>;
  /** Paths that end here. */
  readonly ends: T[];
  /** Paths whose next segment is neither a text nor such a parameter: what they take cannot be told by segments. */
  readonly rest: T[];
}

/**
 * Finds the paths that may take a request of a given path, without comparing each with each: a document with thousands of
 * operations has millions of pairs, and hardly any of them meet.
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

/** The child for a segment, made where there is none; undefined for a segment that no child can stand for. */
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

/** Everything below a node, but what ends there or goes on in a way that cannot be told, which its caller has. */
function below<T>({ literals, parameter }: Node<T>): T[] {
  const children = [...literals.values(), ...parameter ? [parameter] : []];
  return children.flatMap((child) => [...child.ends, ...child.rest, ...below(child)]);
}
