import type * as s3deploy from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import { notInThisVersion } from '../private/not-in-this-version';

/** The values of a runtime configuration that constructs and applications share. */
export class RuntimeConfigValues {
  /** @internal */
  public constructor() {}

  /**
   * URLs of the APIs, by runtime-config key. What is read is a frozen copy: assign a new map to change it.
   */
  public get apis(): Record<string, string> {
    throw notInThisVersion('apis');
  }

  public set apis(_urls: Record<string, string>) {
    throw notInThisVersion('apis');
  }
}

/**
 * Tells front ends where the APIs are: one per `Stage` (or `App`), written as `runtime-config.json`.
 *
 * Several stacks of one app may hold the same keys, as for a development and a production stack: a
 * reader gets the entry of its own stack first, and only a reader that cannot tell is an error.
 */
export class RuntimeConfig {
  /**
   * The runtime configuration that a construct belongs to, made where there is none yet.
   *
   * @param _scope any construct of the app
   */
  public static ensure(_scope: Construct): RuntimeConfig {
    throw notInThisVersion('RuntimeConfig');
  }

  /**
   * The runtime configuration that a construct belongs to, if there is one.
   *
   * @param _scope any construct of the app
   */
  public static of(_scope: Construct): RuntimeConfig | undefined {
    throw notInThisVersion('RuntimeConfig');
  }

  private constructor() {}

  /** The values as seen from the construct that asked. */
  public get config(): RuntimeConfigValues {
    throw notInThisVersion('config');
  }

  /**
   * Sets one value.
   *
   * @param _namespace for example `apis`
   * @param _key key within the namespace
   * @param _value a string; tokens are allowed
   */
  public set(_namespace: string, _key: string, _value: string): void {
    throw notInThisVersion('set');
  }

  /**
   * One value, or nothing where it was not set.
   *
   * @param _namespace for example `apis`
   * @param _key key within the namespace
   */
  public get(_namespace: string, _key: string): string | undefined {
    throw notInThisVersion('get');
  }

  /** A source for `BucketDeployment` that holds `runtime-config.json`. */
  public bucketSource(): s3deploy.ISource {
    throw notInThisVersion('bucketSource');
  }
}
