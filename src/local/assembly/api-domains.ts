import { evaluateText, type References } from './intrinsics';
import { member, stringMember, type Json } from '../../private/json';
import { references } from '../../private/references';

/** A custom domain by which an API is reached. */
export interface ApiDomain {
  readonly name: string;
  /** `/v1`, or nothing for the whole domain. */
  readonly basePath: string;
}

const MAPPINGS = new Map([
  ['AWS::ApiGateway::BasePathMapping', { api: 'RestApiId', path: 'BasePath' }],
  ['AWS::ApiGateway::BasePathMappingV2', { api: 'RestApiId', path: 'BasePath' }],
  ['AWS::ApiGatewayV2::ApiMapping', { api: 'ApiId', path: 'ApiMappingKey' }],
]);

/** The domains that a template ties to an API. */
export function readDomains(apiId: string, resources: readonly (readonly [string, Json])[], known: References): ApiDomain[] {
  const byId = new Map(resources);
  return resources.flatMap(([, resource]): ApiDomain[] => {
    const names = MAPPINGS.get(stringMember(resource, 'Type') ?? '');
    const properties = member(resource, 'Properties');
    if (names === undefined || references(member(properties, names.api))[0] !== apiId) return [];
    const domain = member(properties, 'DomainName') ?? member(properties, 'DomainNameArn');
    const name = stringMember(byId.get(references(domain)[0] ?? ''), 'Properties', 'DomainName') ?? evaluateText(domain, known);
    const path = evaluateText(member(properties, names.path), known) ?? '';
    return [{ name: name ?? 'custom.example', basePath: path === '' || path === '(none)' ? '' : `/${path}` }];
  });
}
