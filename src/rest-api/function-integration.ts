import { type Duration, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { CfnFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Invocation } from '../functions/function-stack';

/**
 * A method's proxy integration with a function. CDK's own adds a permission for each method; this one does not, because the
 * resource policy of a shared function would exceed its size limit at about 23 methods.
 */
export class FunctionIntegration extends apigateway.AwsIntegration {
  /**
   * @param invocation what is invoked: a function or an alias
   * @param handler the function behind it
   * @param timeout how long a stream may last; `undefined` if the response is buffered
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

/** Part of the deployment's hash: a function that is renamed is replaced, so the API must be deployed again. */
function deploymentToken(handler: IFunction): string | undefined {
  // The L1 has the name as the user gave it; `functionName` of the L2 is always a token.
  const given = (handler.node.defaultChild as CfnFunction | undefined)?.functionName;
  return given === undefined || Token.isUnresolved(given) ? undefined : JSON.stringify({ functionName: given });
}
