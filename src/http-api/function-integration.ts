import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { Invocation } from '../functions/function-stack';

/** A route's proxy integration with a function, without a permission of its own. One may serve all routes of an API. */
export class HttpFunctionIntegration extends apigatewayv2.HttpRouteIntegration {
  /**
   * @param invocation what is invoked: a function or an alias
   * @param sharedId id below the API of what serves many routes; left out where it serves one, and stands below that
   */
  constructor(private readonly invocation: Invocation, private readonly sharedId?: string) {
    super(sharedId ?? 'Integration');
  }

  /**
   * The CDK puts an integration below the first route that has it, and would make another one whenever another route
   * comes first.
   *
   * @internal
   */
  public override _bindToRoute(options: apigatewayv2.HttpRouteIntegrationBindOptions): { readonly integrationId: string } {
    return super._bindToRoute(this.sharedId === undefined ? options : { ...options, scope: options.route.httpApi as apigatewayv2.IHttpApi });
  }

  public bind(_options: apigatewayv2.HttpRouteIntegrationBindOptions): apigatewayv2.HttpRouteIntegrationConfig {
    const { functionArn, credentials } = this.invocation;
    return {
      type: apigatewayv2.HttpIntegrationType.AWS_PROXY,
      uri: functionArn,
      credentials: credentials && apigatewayv2.IntegrationCredentials.fromRole(credentials),
      payloadFormatVersion: apigatewayv2.PayloadFormatVersion.VERSION_2_0,
    };
  }
}
