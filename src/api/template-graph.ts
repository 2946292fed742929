import { entries, member, type Json } from '../private/json';
import { references } from '../private/references';

/** The dependencies between the resources of a template, by reference or by `DependsOn`. A nested stack is one resource. */
export class TemplateGraph {
  private readonly resources: ReadonlyMap<string, Json>;

  constructor(template: Json) {
    this.resources = new Map(entries(member(template, 'Resources')));
  }

  /**
   * The first circle that some resources lead to: each resource in it depends on the next, and the last on the first.
   *
   * A depth-first search without recursion, because chains of dependencies may be deep.
   */
  public circleFrom(starts: Iterable<string>): string[] | undefined {
    const done = new Set<string>();
    for (const start of starts) {
      const path: { readonly id: string; readonly rest: string[] }[] = done.has(start) ? [] : [{ id: start, rest: this.neededBy(start) }];
      while (path.length > 0) {
        const { id, rest } = path[path.length - 1];
        const next = rest.pop();
        if (next === undefined) {
          done.add(id);
          path.pop();
        } else if (!done.has(next)) {
          const open = path.findIndex((step) => step.id === next);
          if (open >= 0) return path.slice(open).map((step) => step.id);
          path.push({ id: next, rest: this.neededBy(next) });
        }
      }
    }
    return undefined;
  }

  /** The parameters of a nested stack whose values refer to a resource. */
  public parametersFrom(nested: string, source: string): string[] {
    const parameters = entries(member(this.resources.get(nested), 'Properties', 'Parameters'));
    return parameters.filter(([, value]) => references(value).includes(source)).map(([name]) => name);
  }

  /** The resources that refer to one of some ids. */
  public referringTo(ids: readonly string[]): string[] {
    return [...this.resources.keys()].filter((id) => this.references(id).some((other) => ids.includes(other)));
  }

  private neededBy(id: string): string[] {
    return [...new Set(this.references(id))].filter((other) => this.resources.has(other));
  }

  private references(id: string): string[] {
    const resource = this.resources.get(id);
    const waits = member(resource, 'DependsOn') ?? [];
    return [...references(member(resource, 'Properties')), ...(Array.isArray(waits) ? waits : [waits]).map(String)];
  }
}
