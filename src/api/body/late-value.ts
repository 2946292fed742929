import type { IResolvable, IResolveContext } from 'aws-cdk-lib';

/**
 * A token whose value is resolved already: as a `Lazy` it would be searched for tokens once more, at
 * every reference to the API's deployment.
 */
export class LateValue implements IResolvable {
  public readonly creationStack: string[] = [];

  constructor(private readonly produce: (context: IResolveContext) => unknown) {}

  public resolve(context: IResolveContext): unknown {
    const value = this.produce(context);
    if (value === undefined) return undefined;
    context.registerPostProcessor({ postProcess: () => value });
    // Anything that is no value of its own: what stands for nothing is taken away before it is replaced.
    return '';
  }

  public toString(): string {
    return 'the routes of an API';
  }
}
