import { type Duration, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { CfnFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Invocation } from '../functions/function-stack';

/**
 * A method's proxy integration with a function, without the permission that CDK's own adds for each method: a shared
 * function would break the limit of its resource policy at about 23 methods.
 */
export class FunctionIntegration extends apigateway.AwsIntegration {
  /**
   * @param invocation what is invoked: a function or an alias
   * @param handler the function behind it
   * @param timeout how long a stream may last; left out where the response is buffered
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-streaming-lambda-configure.html
   */
  constructor({ functionArn, credentials }: Invocation, private readonly handler: IFunction, timeout?: Duration) {
    super({
      proxy: true,
      service: 'lambda',
      ...timeout
        ? {
          path: `2021-11-15/functions/${functionArn}/response-streaming-invocations`,
          options: { responseTransferMode: apigateway.ResponseTransferMode.STREAM, timeout, credentialsRole: credentials },
        }
        : {
          path: `2015-03-31/functions/${functionArn}/invocations`,
          options: { credentialsRole: credentials },
        },
    });
  }

  public override bind(method: apigateway.Method): apigateway.IntegrationConfig {
    return { ...super.bind(method), deploymentToken: deploymentToken(this.handler) };
  }
}

/** A function that gets another name is another function: the deployment has to change with it. */
function deploymentToken(handler: IFunction): string | undefined {
  // The L1 has the name as it was given; the L2 has a token even then.
  const given = (handler.node.defaultChild as CfnFunction | undefined)?.functionName;
  return given === undefined || Token.isUnresolved(given) ? undefined : JSON.stringify({ functionName: given });
}
