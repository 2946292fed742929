import { App, Stack, Stage, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { FastApiError } from '../private/errors';

/** One value, with the stack and the construct that set it. */
interface Entry {
  readonly namespace: string;
  readonly key: string;
  readonly value: string;
  /** The stack that the value was set in; the stage or app if it was set outside of every stack. */
  readonly home: IConstruct;
  /** The construct that registered the value; `undefined` if a user set it. */
  readonly owner?: IConstruct;
}

/** The result of looking up one key. */
export type Found =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly homes: IConstruct[] };

const STORE = Symbol.for('cdk-fastapi.RuntimeConfig');

/** The values of one stage (or app), each with the stack that set it. */
export class RuntimeConfigStore {
  /** The store of the stage around a construct, if it was made. */
  public static of(scope: IConstruct): RuntimeConfigStore | undefined {
    // Only this class sets the symbol. It is a global one, so that two copies of the library share the store.
    return Reflect.get(stageOf(scope), STORE) as RuntimeConfigStore | undefined;
  }

  public static ensure(scope: IConstruct): RuntimeConfigStore {
    const existing = RuntimeConfigStore.of(scope);
    if (existing) return existing;
    const store = new RuntimeConfigStore();
    Object.defineProperty(stageOf(scope), STORE, { value: store });
    return store;
  }

  private readonly entries: Entry[] = [];
  private readonly registered: Entry[] = [];

  private constructor() {}

  /** Sets a user's value, which replaces the value that the same stack has under the key. */
  public set(writer: IConstruct, namespace: string, key: string, value: string): void {
    checkEntry(namespace, key, value);
    this.remove(writer, namespace, key);
    this.entries.push({ namespace, key, value, home: homeOf(writer) });
  }

  /** Registers a construct's value. An error if another construct of the stack has the key; a user's value is kept. */
  public register(owner: IConstruct, namespace: string, key: string, value: string): void {
    checkEntry(namespace, key, value);
    const entry: Entry = { namespace, key, value, home: homeOf(owner), owner };
    const rival = this.registered.find((other) => sameKey(other, entry) && other.home === entry.home);
    if (rival) {
      throw new FastApiError(
        `\`runtimeConfigKey\` must be unique in a stack, got: ${JSON.stringify(key)} for both ${rival.owner!.node.path} and ${owner.node.path}; `
        + 'give one of them another `runtimeConfigKey`',
      );
    }
    this.registered.push(entry);
    if (!this.own(owner, namespace, key)) this.entries.push(entry);
  }

  public remove(writer: IConstruct, namespace: string, key: string): void {
    const own = this.own(writer, namespace, key);
    if (own) this.entries.splice(this.entries.indexOf(own), 1);
  }

  /** The entry of the writer's own stack under a key. */
  public own(writer: IConstruct, namespace: string, key: string): Entry | undefined {
    return this.entries.find((entry) => sameKey(entry, { namespace, key }) && entry.home === homeOf(writer));
  }

  /** The nearest value: that of the reader's stack, else of stacks nested in the same one, else of the only other stack with the key. */
  public find(reader: IConstruct, namespace: string, key: string): Found {
    const entries = this.entries.filter((entry) => sameKey(entry, { namespace, key }));
    const home = homeOf(reader);
    for (const near of [
      entries.filter((entry) => entry.home === home),
      entries.filter((entry) => rootStack(entry.home) === rootStack(home)),
      entries,
    ]) {
      if (near.length === 1) return { kind: 'value', value: near[0].value };
      if (near.length > 1) return { kind: 'ambiguous', homes: near.map((entry) => entry.home) };
    }
    return { kind: 'none' };
  }

  /** The value under a key; an error if several stacks are equally near to the reader. */
  public get(reader: IConstruct, namespace: string, key: string): string | undefined {
    const found = this.find(reader, namespace, key);
    if (found.kind === 'ambiguous') throw ambiguous(reader, namespace, key, found.homes);
    return found.kind === 'value' ? found.value : undefined;
  }

  public namespaces(): string[] {
    return [...new Set(this.entries.map((entry) => entry.namespace))].sort();
  }

  public keys(namespace: string): string[] {
    return [...new Set(this.entries.filter((entry) => entry.namespace === namespace).map((entry) => entry.key))].sort();
  }

  /** Everything that a reader sees, sorted, so that the order of construction changes nothing. */
  public document(reader: IConstruct): Record<string, Record<string, string>> {
    return Object.fromEntries(this.namespaces().map((namespace) => [
      namespace,
      Object.fromEntries(this.keys(namespace).map((key) => [key, this.get(reader, namespace, key)!])),
    ]));
  }
}

function sameKey(a: Pick<Entry, 'namespace' | 'key'>, b: Pick<Entry, 'namespace' | 'key'>): boolean {
  return a.namespace === b.namespace && a.key === b.key;
}

function stageOf(scope: IConstruct): IConstruct {
  // For a stage, CDK's `Stage.of` returns the stage around it.
  return Stage.isStage(scope) ? scope : Stage.of(scope) ?? scope.node.root;
}

/** The stack around a construct, else the stage or app that it is. */
export function homeOf(scope: IConstruct): IConstruct {
  return scope.node.scopes.reverse().find((around) => Stack.isStack(around) || Stage.isStage(around)) ?? scope.node.root;
}

function rootStack(home: IConstruct): IConstruct {
  let root = home;
  while (Stack.isStack(root) && root.nestedStackParent) root = root.nestedStackParent;
  return root;
}

function checkEntry(namespace: string, key: string, value: string): void {
  for (const [what, name] of [['namespace', namespace], ['key', key]]) {
    // CDK drops a key `__proto__` when it resolves the object.
    if (typeof name !== 'string' || name === '' || name === '__proto__' || Token.isUnresolved(name)) {
      throw new FastApiError(`\`${what}\` of a runtime configuration must be a name that is known at synth, got: ${JSON.stringify(name)}`);
    }
  }
  if (typeof value !== 'string') {
    throw new FastApiError(`\`${namespace}.${key}\` of a runtime configuration must be a string, got: ${JSON.stringify(value)}`);
  }
}

function ambiguous(reader: IConstruct, namespace: string, key: string, homes: IConstruct[]): FastApiError {
  const name = (home: IConstruct) => (App.isApp(home) ? 'the app' : home.node.path);
  return new FastApiError(
    `\`${namespace}.${key}\` of the runtime configuration must be clear to its reader, got: a value in each of ${homes.map(name).join(', ')}, `
    + `and none nearer to ${name(reader)}; read it from one of these stacks (\`RuntimeConfig.ensure(stack)\`), `
    + 'put the stacks of each environment into a `Stage`, or set the value in the reading stack',
  );
}
