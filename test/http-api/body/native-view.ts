import { symbolic, type Value } from '../../rest-api/body/native-view';

/** A route as both forms of a template say it: names instead of references. */
export interface RouteView {
  readonly integration: Value;
  readonly security: Value;
}

/** The routes of a template with a resource per route, by route key. */
export function nativeRoutes(template: Value): Map<string, RouteView> {
  const resources: Record<string, Value> = template.Resources;
  const routes = Object.values(resources).filter(({ Type: type }) => type === 'AWS::ApiGatewayV2::Route');
  return new Map(routes.map(({ Properties: route }) => {
    const { ApiId: _api, ...integration } = resources[route.Target['Fn::Join'][1][1].Ref].Properties;
    const name = route.AuthorizerId && resources[route.AuthorizerId.Ref].Properties.Name;
    return [route.RouteKey, {
      integration: symbolic(integration),
      security: route.AuthorizationType === 'AWS_IAM' ? [['sigv4', []]] : name === undefined ? [] : [[name, route.AuthorizationScopes ?? []]],
    }];
  }));
}

/** The same of a body, in the words of the resources. */
export function bodyRoutes(body: Value): Map<string, RouteView> {
  const shared = body.components?.['x-amazon-apigateway-integrations'] ?? {};
  const views = new Map<string, RouteView>();
  for (const [path, item] of Object.entries<Value>(body.paths)) {
    for (const [verb, operation] of Object.entries<Value>(item).filter(([name]) => name !== 'parameters')) {
      const given = operation['x-amazon-apigateway-integration'];
      const integration = given.$ref === undefined ? given : shared[given.$ref.replace('#/components/x-amazon-apigateway-integrations/', '')];
      views.set(operation.isDefaultRoute ? '$default' : `${verb === 'x-amazon-apigateway-any-method' ? 'ANY' : verb.toUpperCase()} ${path}`, {
        integration: symbolic(resourceOf(integration)),
        security: (operation.security ?? []).flatMap((scheme: Value) => Object.entries(scheme)),
      });
    }
  }
  return views;
}

/** The function that a document names by the path that invokes it, as the resource names it. */
function invoked(uri: Value): Value {
  const around = /^arn:\$\{AWS::Partition\}:apigateway:\$\{AWS::Region\}:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/;
  const parts = uri['Fn::Join']?.[1];
  const inner = parts ? parts.at(-2) : around.exec(uri['Fn::Sub'])![1].replace(/^\$\{(.*)\}$/, '$1');
  if (typeof inner !== 'string' || parts || inner.includes(':')) return inner;
  const [id, attribute] = inner.split('.');
  return attribute === undefined ? { Ref: id } : { 'Fn::GetAtt': [id, attribute] };
}

/** An integration of a body as the resource that it stands for. */
function resourceOf({ type, httpMethod, uri, credentials, tlsConfig, ...others }: Value): Value {
  const invokesFunction = type === 'aws_proxy' && others.integrationSubtype === undefined;
  if (invokesFunction) expect(httpMethod).toBe('POST');
  return {
    IntegrationType: type.toUpperCase(),
    IntegrationMethod: invokesFunction ? undefined : httpMethod,
    IntegrationUri: invokesFunction ? invoked(uri) : uri,
    CredentialsArn: credentials,
    TlsConfig: tlsConfig && { ServerNameToVerify: tlsConfig.serverNameToVerify },
    ...Object.fromEntries(Object.entries(others).map(([name, value]) => [name[0].toUpperCase() + name.slice(1), value])),
  };
}
