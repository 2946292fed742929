/** A source of numbers that gives the same ones for the same seed. */
export class Random {
  constructor(private state: number) {}

  /** A whole number below a bound. */
  public below(bound: number): number {
    // mulberry32
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  public pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  public chance(percent: number): boolean {
    return this.below(100) < percent;
  }
}

const SEGMENTS = ['a', 'b', 'me', '{x}', '{y}', '{n:int}', 'v{x}', '{x}.json'];
const METHODS = ['get', 'get', 'get', 'post', 'put', 'delete'];

/** The source of an application with random routes: nested routers, converters, hidden routes, mounts. */
export function treeSource(random: Random): string {
  const lines = ['from fastapi import APIRouter, FastAPI, Request', 'app = FastAPI()'];
  let count = 0;
  const addRoutes = (owner: string, most: number): void => {
    for (let index = random.below(most) + 1; index > 0; index--) {
      const name = `endpoint_${count++}`;
      const path = randomPath(random);
      const hidden = random.chance(8) ? ', include_in_schema=False' : '';
      lines.push(`@${owner}.${random.pick(METHODS)}(${JSON.stringify(path)}${hidden})`, `async def ${name}(request: Request):`, `    return {"endpoint": "${name}", "parameters": request.path_params}`);
    }
  };
  const addRouter = (owner: string, depth: number): void => {
    const name = `router_${count++}`;
    lines.push(`${name} = APIRouter()`);
    addRoutes(name, 3);
    if (depth > 0 && random.chance(40)) addRouter(name, depth - 1);
    lines.push(`${owner}.include_router(${name}, prefix="/${random.pick(['a', 'b', 'c', `{t${count++}}`])}")`);
  };
  for (let index = random.below(4) + 2; index > 0; index--) {
    if (random.chance(45)) addRouter('app', 2);
    else if (random.chance(10)) lines.push(`sub_${count} = FastAPI()`, `@sub_${count}.get("/me")`, 'async def inside():', '    return {"endpoint": "inside"}', `app.mount("/${random.pick(['a', 'm'])}", sub_${count++})`);
    else addRoutes('app', 3);
  }
  if (random.chance(20)) lines.push('@app.get("/{rest:path}")', 'async def fallback(rest: str):', '    return {"endpoint": "fallback", "parameters": {"rest": rest}}');
  return `${lines.join('\n')}\n`;
}

function randomPath(random: Random): string {
  const segments = Array.from({ length: random.below(3) + 1 }, () => random.pick(SEGMENTS));
  if (random.chance(12)) segments.push('{rest:path}');
  // A parameter has one place in a path.
  const used = new Set<string>();
  const path = segments.map((segment, index) => segment.replace(/\{(\w+)/, (_, parameter: string) => {
    const own = used.has(parameter) ? `${parameter}${index}` : parameter;
    used.add(parameter);
    return `{${own}`;
  })).join('/');
  return `/${path}${random.chance(8) ? '/' : ''}`;
}

const TEXTS = ['a', 'b', 'c', 'me', 'm', '7', 'x.json', 'v1', 'zz', '1%2Fme', 'a%2Fb', '%2e%2e', 'caf%C3%A9', 'a%20b'];

/** Requests to such an application: paths near its own, encoded slashes, double slashes, other methods. */
export function randomRequests(random: Random, count: number): [string, string][] {
  return Array.from({ length: count }, () => {
    const segments = Array.from({ length: random.below(5) + 1 }, () => (random.chance(4) ? '' : random.pick(TEXTS)));
    return [random.pick(METHODS).toUpperCase(), `/${segments.join('/')}${random.chance(8) ? '/' : ''}`];
  });
}
