/** What the text of a Python module says about FastAPI objects in it. */
export interface ModuleScan {
  /** Name of the FastAPI object. */
  readonly app?: string;
  /** Functions that look like they make one. */
  readonly factories: string[];
}

/** How sure the text is that a name is a FastAPI object, the surest first. */
enum Certainty {
  /** `FastAPI(…)` */
  CALL,
  /** Made by a function, or imported. */
  MADE,
  /** An object of another class, which may be a subclass. */
  OTHER_CLASS,
}

/** Classes whose objects are often called `app` or `api` and are no FastAPI. */
const NOT_FASTAPI = /^(?:\w+\.)*(?:APIRouter|AsyncTyper|Blueprint|Bottle|Celery|Dash|Flask|Litestar|Quart|Sanic|Starlette|Typer)\s*\(/;
const FASTAPI_CALL = /^(?:\w+\.)*FastAPI\s*\(/;
const CLASS_CALL = /^(?:\w+\.)*[A-Z]\w*\s*\(/;
/** What is called so is what a server is told to serve; another name is asked for when the app is read. */
const SERVED: ReadonlySet<string> = new Set(['app', 'api', 'application', 'asgi', 'asgi_app']);
/** Calls that take an application and give no application. */
const NO_WRAPPER = /^(?:\w+\.)*(?:Mangum|TestClient|AsyncClient|Client|Config|Server|Admin|include_router|cast)\s*\(/;
/** `app = `, `app: FastAPI = `, `app = api = `. */
const ASSIGNMENT = /^\s*((?:\w+\s*(?::[^=]+)?=(?!=)\s*)+)(.+)$/;
/** Blocks at the top level whose names are not the module's; those of `if`, `try` and `with` are. */
const OPAQUE = /^(?:async\s+def|def|class)\b/;

/**
 * Finds the FastAPI object of a module in its text, with the preferences of the FastAPI command line: `app`, `api`,
 * then the first other one by name. Only names at the module's top level count.
 */
export function scanModule(text: string): ModuleScan {
  const names = new Map<string, Certainty>();
  const note = (name: string, certainty: Certainty): void => {
    names.set(name, Math.min(certainty, names.get(name) ?? certainty));
  };

  /** Calls whose result has a name that servers are given, and whether one has a name for an argument. */
  const calls: { readonly name: string; argument(name: string): boolean }[] = [];
  let visible = true;
  for (const line of text.split(/\r?\n/)) {
    if (/^[^\s#]/.test(line)) visible = !OPAQUE.test(line);
    const assigned = visible ? ASSIGNMENT.exec(line) : null;
    if (assigned === null || NOT_FASTAPI.test(assigned[2])) continue;
    const certainty = FASTAPI_CALL.test(assigned[2]) ? Certainty.CALL : CLASS_CALL.test(assigned[2]) ? Certainty.OTHER_CLASS : Certainty.MADE;
    const assignedNames = [...assigned[1].matchAll(/(\w+)\s*(?::[^=]+)?=/g)].map((match) => match[1]);
    for (const name of assignedNames) note(name, certainty);
    const served = assignedNames.find((name) => SERVED.has(name));
    if (served !== undefined && /^(?:\w+\.)*\w+\s*\(/.test(assigned[2]) && !NO_WRAPPER.test(assigned[2])) {
      const inside = assigned[2].slice(assigned[2].indexOf('(') + 1);
      calls.push({ name: served, argument: (name) => new RegExp(`(?<![\\w."'])${name}(?![\\w.(="'])`).test(inside) });
    }
  }
  for (const [, inParentheses, plain] of text.matchAll(/^from\s+\S+\s+import\s+(?:\(([^)]*)\)|(.*)$)/gm)) {
    const imported = (inParentheses ?? plain).replace(/#.*$/gm, '').split(',');
    for (const part of imported) note(part.trim().split(/\s+as\s+/).at(-1) ?? '', Certainty.MADE);
  }
  const wrapper = (name: string | undefined): string | undefined => {
    const around = name === undefined ? undefined : calls.find((call) => call.name !== name && call.argument(name));
    return around === undefined ? name : wrapper(around.name);
  };
  const factories = [...text.matchAll(/^def\s+(\w*(?:app|api|application))\s*\(/gm)].map((match) => match[1]);
  return { app: wrapper(preferred(names)), factories };
}

function preferred(names: ReadonlyMap<string, Certainty>): string | undefined {
  const wellKnown = (certainty: Certainty) => ['app', 'api'].find((name) => names.get(name) === certainty);
  return wellKnown(Certainty.CALL)
    ?? wellKnown(Certainty.MADE)
    ?? [...names].filter(([, certainty]) => certainty === Certainty.CALL).map(([name]) => name).sort()[0]
    ?? wellKnown(Certainty.OTHER_CLASS);
}
