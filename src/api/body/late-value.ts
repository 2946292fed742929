import type { IResolvable, IResolveContext } from 'aws-cdk-lib';

/**
 * A token whose value is already resolved. Used instead of `Lazy`, because CDK would search the value of a `Lazy` for
 * tokens again at each reference to the API's deployment.
 */
export class LateValue implements IResolvable {
  public readonly creationStack: string[] = [];

  constructor(private readonly produce: (context: IResolveContext) => unknown) {}

  public resolve(context: IResolveContext): unknown {
    const value = this.produce(context);
    if (value === undefined) return undefined;
    context.registerPostProcessor({ postProcess: () => value });
    // A non-empty placeholder, because the CDK drops a property that resolves to `undefined` before the post-processor runs.
    return '';
  }

  public toString(): string {
    return 'the routes of an API';
  }
}
