import { member, stringMember, type Json } from '../../private/json';
import { references } from '../../private/references';

/** The API keys that an API takes. */
export interface ApiKeys {
  /** Where a request has its key: in `x-api-key`, or in what its authorizer answered. */
  readonly source: 'header' | 'authorizer';
  /** Values of keys that are in a usage plan of the API. */
  readonly values: readonly string[];
  /** Whether any other key is taken too: the value of one is made by a deployment, or the template has none. */
  readonly open: boolean;
}

/** Any key in the header. */
export const ANY_KEY: ApiKeys = { source: 'header', values: [], open: true };

/**
 * Reads the keys of a REST API: a key counts where it is enabled and in a usage plan of the API.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export function readApiKeys(apiId: string, api: Json, body: Json, resources: readonly (readonly [string, Json])[]): ApiKeys {
  const ofType = (type: string) => resources.filter(([, resource]) => stringMember(resource, 'Type') === type);
  const given = stringMember(api, 'Properties', 'ApiKeySourceType') ?? stringMember(body, 'x-amazon-apigateway-api-key-source');
  const source = given?.toUpperCase() === 'AUTHORIZER' ? 'authorizer' : 'header';
  const keys = ofType('AWS::ApiGateway::ApiKey');
  if (keys.length === 0) return { source, values: [], open: true };
  const plans = new Set(ofType('AWS::ApiGateway::UsagePlan').filter(([, plan]) => {
    const stages = member(plan, 'Properties', 'ApiStages');
    return Array.isArray(stages) && stages.some((stage) => references(member(stage, 'ApiId'))[0] === apiId);
  }).map(([id]) => id));
  const planned = new Set(ofType('AWS::ApiGateway::UsagePlanKey')
    .filter(([, link]) => plans.has(references(member(link, 'Properties', 'UsagePlanId'))[0] ?? ''))
    .flatMap(([, link]) => references(member(link, 'Properties', 'KeyId'))));
  const counted = keys.filter(([id, key]) => planned.has(id) && member(key, 'Properties', 'Enabled') !== false);
  const values = counted.map(([, key]) => stringMember(key, 'Properties', 'Value'));
  return { source, values: values.flatMap((value) => value ?? []), open: values.includes(undefined) };
}
