import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { Invocation } from '../functions/function-stack';

/** A route's proxy integration with a function. It adds no permission. One integration may serve all routes of an API. */
export class HttpFunctionIntegration extends apigatewayv2.HttpRouteIntegration {
  /**
   * @param invocation what is invoked: a function or an alias
   * @param sharedId id under the API of an integration that serves many routes; `undefined` for one that is a child of its only route
   */
  constructor(private readonly invocation: Invocation, private readonly sharedId?: string) {
    super(sharedId ?? 'Integration');
  }

  /**
   * Puts a shared integration under the API. The CDK puts it under the first route that uses it, so a change of the first route
   * would replace the integration.
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
