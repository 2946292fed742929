import { Lazy, Stack } from 'aws-cdk-lib';
import * as s3deploy from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct, IConstruct } from 'constructs';
import { homeOf, RuntimeConfigStore } from './runtime-config-store';
import { FastApiError } from '../private/errors';

/** The namespace of the APIs' URLs. */
const APIS = 'apis';

/** The name of the file that a front end fetches. */
const FILE = 'runtime-config.json';

/** The values of a runtime configuration that constructs and applications share. */
export class RuntimeConfigValues {
  /** @internal */
  public static _of(store: RuntimeConfigStore, reader: IConstruct): RuntimeConfigValues {
    return new RuntimeConfigValues(store, reader);
  }

  private readonly store: RuntimeConfigStore;
  private readonly reader: IConstruct;

  private constructor(store: RuntimeConfigStore, reader: IConstruct) {
    this.store = store;
    this.reader = reader;
  }

  /**
   * URLs of the APIs, by runtime-config key. The map is a frozen copy: assign a new map to change it.
   *
   * A key that several other stacks have, and the reader's own stack does not, is left out when the
   * map is copied; reading it is an error that names the stacks. Assigning a map changes only entries of
   * the reader's own stack: it sets the values that differ from the ones read, and removes the keys that
   * the map lacks.
   */
  public get apis(): Record<string, string> {
    const urls = {};
    for (const key of this.store.keys(APIS)) {
      const found = this.store.find(this.reader, APIS, key);
      Object.defineProperty(urls, key, found.kind === 'value'
        ? { value: found.value, enumerable: true }
        : { get: () => this.store.get(this.reader, APIS, key), enumerable: false });
    }
    return Object.freeze(urls);
  }

  public set apis(urls: Record<string, string>) {
    for (const key of this.store.keys(APIS)) {
      if (!Object.hasOwn(urls, key)) this.store.remove(this.reader, APIS, key);
    }
    for (const [key, url] of Object.entries(urls)) {
      const seen = this.store.find(this.reader, APIS, key);
      if (seen.kind !== 'value' || seen.value !== url) this.store.set(this.reader, APIS, key, url);
    }
  }
}

/**
 * Tells front ends where the APIs are: one per `Stage` (or `App`), written as `runtime-config.json`.
 *
 * Several stacks of one app may have the same keys, for example a development and a production stack. A
 * reader gets the entry of its own stack first. Only if that has none and several others do, reading is an error.
 */
export class RuntimeConfig {
  /**
   * The runtime configuration that a construct belongs to, made where there is none yet.
   *
   * @param scope any construct of the app; values are read as its stack sees them and set for its stack
   */
  public static ensure(scope: Construct): RuntimeConfig {
    return new RuntimeConfig(RuntimeConfigStore.ensure(scope), scope);
  }

  /**
   * The runtime configuration that a construct belongs to, if there is one.
   *
   * @param scope any construct of the app; values are read as its stack sees them and set for its stack
   */
  public static of(scope: Construct): RuntimeConfig | undefined {
    const store = RuntimeConfigStore.of(scope);
    return store && new RuntimeConfig(store, scope);
  }

  private readonly store: RuntimeConfigStore;
  private readonly reader: IConstruct;

  private constructor(store: RuntimeConfigStore, reader: IConstruct) {
    this.store = store;
    this.reader = reader;
  }

  /** The values as seen from the construct that asked. */
  public get config(): RuntimeConfigValues {
    return RuntimeConfigValues._of(this.store, this.reader);
  }

  /**
   * Sets one value for the stack of the construct that asked. It replaces the value that a construct
   * of this library registered there.
   *
   * @param namespace for example `apis`
   * @param key key within the namespace
   * @param value a string; tokens are allowed
   */
  public set(namespace: string, key: string, value: string): void {
    this.store.set(this.reader, namespace, key, value);
  }

  /**
   * One value; `undefined` if it was not set. If several other stacks have it and the reader's own does
   * not, an error names them.
   *
   * @param namespace for example `apis`
   * @param key key within the namespace
   */
  public get(namespace: string, key: string): string | undefined {
    return this.store.get(this.reader, namespace, key);
  }

  /**
   * A source for `BucketDeployment` that holds `runtime-config.json`:
   * `{ "apis": { "MyApi": "https://..." } }` and the other namespaces beside it, as the stack of the
   * construct that asked reads them. The file is written at synth, so it includes values that are set after
   * this call.
   */
  public bucketSource(): s3deploy.ISource {
    return {
      bind: (scope: Construct, context?: s3deploy.DeploymentSourceContext): s3deploy.SourceConfig => {
        const reader = Stack.isStack(homeOf(this.reader)) ? this.reader : scope;
        if (RuntimeConfigStore.of(scope) !== this.store) {
          throw new FastApiError(
            `\`bucketSource\` must be used in the stage that it comes from, got: one of ${this.reader.node.path || 'the app'} in ${scope.node.path}; `
            + 'take it from `RuntimeConfig.ensure` in the stage of the deployment',
          );
        }
        // The whole document is one deploy-time value, because CDK writes the file when the source is bound, perhaps before an API is created.
        const document = Lazy.any({ produce: () => ({ [APIS]: {}, ...this.store.document(reader) }) });
        return s3deploy.Source.data(FILE, Stack.of(scope).toJsonString(document)).bind(scope, context);
      },
    };
  }

  /**
   * Registers the URL of a construct of this library.
   *
   * @internal
   */
  public _register(key: string, url: string): void {
    this.store.register(this.reader, APIS, key, url);
  }
}
