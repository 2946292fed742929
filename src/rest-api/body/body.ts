import { Lazy, Stack, type IResolvable } from 'aws-cdk-lib';
import type { CfnRestApi, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { renderDocument } from './document';
import type { BodyFormat } from '../../api/body/body-format';
import { RouteBody } from '../../api/body/route-body';
import { member, type Json } from '../../private/json';

const REST_BODY: BodyFormat = {
  service: 'AWS::ApiGateway::',
  apiId: 'restApiId',
  elements: ['Method', 'Resource', 'Authorizer', 'Model', 'RequestValidator', 'GatewayResponse'],
  documentation: ['DocumentationPart', 'DocumentationVersion'],
  render: renderDocument,
};

/** Deploys methods, resources, authorizers, models, validators and gateway responses of a REST API as one body. */
export function restBody(api: RestApi): RouteBody {
  const resource = api.node.defaultChild as CfnRestApi;
  // Because `merge` would keep routes that were removed from the document.
  resource.mode = 'overwrite';
  resource.parameters = withEndpointType(resource, resource.parameters);
  return new RouteBody(resource, REST_BODY);
}

function withEndpointType(resource: CfnRestApi, parameters: CfnRestApi['parameters']): IResolvable {
  return Lazy.any({
    produce: () => {
      const configuration = Stack.of(resource).resolve(resource.endpointConfiguration) as Json | undefined;
      const types = member(configuration, 'types');
      return Array.isArray(types) ? { endpointConfigurationTypes: types.join(','), ...parameters } : parameters;
    },
  });
}
