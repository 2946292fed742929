import { CfnResource, Lazy, Stack, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { addWarning } from '../private/messages';

/** The resource types that map a custom domain to a stage, with their properties for the API's id and the path below the domain. */
const MAPPINGS = new Map([
  ['AWS::ApiGateway::BasePathMapping', { api: 'restApiId', path: 'basePath' }],
  ['AWS::ApiGateway::BasePathMappingV2', { api: 'restApiId', path: 'basePath' }],
  ['AWS::ApiGatewayV2::ApiMapping', { api: 'apiId', path: 'apiMappingKey' }],
]);

/**
 * The URL of an API whose own endpoint is disabled: that of the first domain that its stack maps to it, even if the mapping is
 * added after the API. Warns if no stack of the app maps a domain to it.
 *
 * @param api the CDK's API
 * @param id its id, as in the properties of mappings
 * @param own the URL of its own endpoint, returned if its stack has no mapping
 */
export function domainUrl(api: Construct, id: string, own: string): string {
  // In a validation, because domains may be added until synth.
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
  // A V2 mapping has the domain's ARN instead of its name, so its URL is not known here.
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
