import { CfnResource, Lazy, Stack, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { addWarning } from '../private/messages';

/** What ties a custom domain to a stage of an API, and the properties that name the API and the path below the domain. */
const MAPPINGS = new Map([
  ['AWS::ApiGateway::BasePathMapping', { api: 'restApiId', path: 'basePath' }],
  ['AWS::ApiGateway::BasePathMappingV2', { api: 'restApiId', path: 'basePath' }],
  ['AWS::ApiGatewayV2::ApiMapping', { api: 'apiId', path: 'apiMappingKey' }],
]);

/**
 * The URL of an API whose own endpoint is disabled: that of the first domain which is tied to it in its stack, also one that is
 * added after the API was made. A warning where no domain of the whole app is.
 *
 * @param api the CDK's API
 * @param id its id, as mappings have it
 * @param own the URL of its own endpoint, which is left where no domain is known here
 */
export function domainUrl(api: Construct, id: string, own: string): string {
  // A validation, because domains may be added until the app is complete.
  api.node.addValidation({
    validate: () => {
      if (mappingsOf(api, id).length === 0) warnOfSilence(api);
      return [];
    },
  });
  return Lazy.string({ produce: () => urlOf(mappingsOf(api, id).find((mapping) => mapping.stack === Stack.of(api))) ?? own });
}

function mappingsOf(api: Construct, id: string): CfnResource[] {
  return (Stage.of(api) ?? api.node.root).node.findAll().filter((node): node is CfnResource => {
    const mapping = CfnResource.isCfnResource(node) ? MAPPINGS.get(node.cfnResourceType) : undefined;
    return mapping !== undefined && Reflect.get(node, mapping.api) === id;
  });
}

function urlOf(mapping: CfnResource | undefined): string | undefined {
  const domain: unknown = mapping && Reflect.get(mapping, 'domainName');
  // The domain of a V2 mapping is an ARN, whose name is the CDK's to know.
  if (mapping === undefined || typeof domain !== 'string') return undefined;
  const path: unknown = Reflect.get(mapping, MAPPINGS.get(mapping.cfnResourceType)!.path);
  return `https://${domain}/${typeof path === 'string' && path !== '' ? `${path}/` : ''}`;
}

function warnOfSilence(api: Construct): void {
  addWarning(
    api, 'noEndpoint',
    '`disableExecuteApiEndpoint` leaves no address at which the API answers, got: no domain; give the API a domain, or acknowledge this where another app ties one to it',
  );
}
