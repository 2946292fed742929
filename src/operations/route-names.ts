import { canonicalSegment, type PathTemplate, wholeParameter } from './path-template';

/** The segments of one route, and the names of its parameters. */
export interface NamedRoute {
  readonly parts: readonly string[];
  /** The route's name of each parameter, by the app's name. */
  readonly parameterNames: ReadonlyMap<string, string>;
}

interface Place {
  readonly parameter: boolean;
  readonly greedy: boolean;
  /** The number of routes that use each name here. */
  readonly wanted: Map<string, number>;
  readonly children: Map<string, Place>;
  name?: string;
}

/**
 * Gives parameters at the same position of several routes one name, because API Gateway supports one variable for each parent.
 * The app matches the raw path, so the name does not matter to it. The name that most routes use wins, then the first in code
 * unit order; the order of the routes does not matter. Names are unique along each route. Empty names are not counted.
 *
 * @param templates expressible paths, one for each operation
 */
export function nameRoutes(templates: readonly PathTemplate[]): NamedRoute[] {
  const root: Place = { parameter: false, greedy: false, wanted: new Map(), children: new Map() };
  for (const template of templates) {
    let place = root;
    for (const segment of template.segments) {
      const parameter = wholeParameter(segment);
      const key = canonicalSegment(segment);
      let child = place.children.get(key);
      if (child === undefined) {
        child = { parameter: parameter !== undefined, greedy: parameter?.greedy ?? false, wanted: new Map(), children: new Map() };
        place.children.set(key, child);
      }
      place = child;
      if (parameter !== undefined && parameter.name !== '') {
        const name = routeName(parameter.name);
        place.wanted.set(name, (place.wanted.get(name) ?? 0) + 1);
      }
    }
  }
  choose(root, new Set());
  return templates.map((template) => follow(root, template));
}

/** The name with characters replaced that API Gateway does not accept in the name of a variable. */
function routeName(name: string): string {
  return name.replace(/[^\w.-]/gu, '_');
}

function choose(place: Place, taken: ReadonlySet<string>): void {
  const along = new Set(taken);
  if (place.parameter) {
    const best = [...place.wanted].sort(([nameA, countA], [nameB, countB]) => countB - countA || (nameA < nameB ? -1 : 1)).map(([name]) => name);
    place.name = best.find((name) => !taken.has(name)) ?? numbered(best.at(0) ?? 'parameter', taken);
    along.add(place.name);
  }
  for (const child of place.children.values()) choose(child, along);
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let count = 2;
  while (taken.has(`${name}_${count}`)) count += 1;
  return `${name}_${count}`;
}

function follow(root: Place, template: PathTemplate): NamedRoute {
  const parameterNames = new Map<string, string>();
  let place = root;
  const parts = template.segments.map((segment) => {
    const key = canonicalSegment(segment);
    place = place.children.get(key)!; // every template was inserted above
    if (place.name === undefined) return key;
    const name = wholeParameter(segment)?.name;
    if (name) parameterNames.set(name, place.name);
    return place.greedy ? `{${place.name}+}` : `{${place.name}}`;
  });
  return { parts, parameterNames };
}
