import type { ResourceDefinition } from './resource-definition';
import { member, type Json } from '../../private/json';
import { references } from '../../private/references';

/** The problem of a route resource with a `Condition`, which a body cannot express. Other attributes are dropped with the resource. */
export function unsupportedAttributes(resource: ResourceDefinition): string[] {
  return member(resource.attributes, 'Condition') === undefined ? [] : [
    `\`cfnOptions.condition\` of ${resource.path} has no place in an OpenAPI body; put the condition on the whole API, or use \`definition: RouteDefinition.RESOURCES\``,
  ];
}

/**
 * The problem of a document that refers to its own API: a circular reference, because the body is a property of the API.
 *
 * @param remedy what to write instead
 */
export function selfReferences(document: Json, api: ResourceDefinition, remedy: string): string[] {
  return references(document).includes(api.logicalId)
    ? [`the routes of ${api.path} must not refer to the API itself, which does not exist yet when they are imported; ${remedy}`] : [];
}
