import type { ResourceDefinition } from './resource-definition';
import { member, type Json } from '../../private/json';
import { references } from '../../private/references';

/** A condition would have to become a condition inside the document; the rest concerns the resource and goes with it. */
export function unsupportedAttributes(resource: ResourceDefinition): string[] {
  return member(resource.attributes, 'Condition') === undefined ? [] : [
    `\`cfnOptions.condition\` of ${resource.path} has no place in an OpenAPI body; put the condition on the whole API, or use \`definition: RouteDefinition.RESOURCES\``,
  ];
}

/**
 * The problem of a document that refers to its own API, which would have to exist before it.
 *
 * @param remedy what to write instead
 */
export function selfReferences(document: Json, api: ResourceDefinition, remedy: string): string[] {
  return references(document).includes(api.logicalId)
    ? [`the routes of ${api.path} must not refer to the API itself, which does not exist yet when they are imported; ${remedy}`] : [];
}
