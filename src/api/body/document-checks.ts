import { elements, refOf, type ResourceDefinition } from './resource-definition';
import { entries, isJsonObject, member, stringMember, type Json } from '../../private/json';

/** A condition would have to become a condition inside the document; the rest concerns the resource and goes with it. */
export function unsupportedAttributes(resource: ResourceDefinition): string[] {
  return member(resource.attributes, 'Condition') === undefined ? [] : [
    `\`cfnOptions.condition\` of ${resource.path} has no place in an OpenAPI body; put the condition on the whole API, or use \`definition: RouteDefinition.RESOURCES\``,
  ];
}

/**
 * The problem of a document that refers to its own API, which would have to exist before it.
 *
 * @param wayOut what to write instead
 */
export function selfReferences(document: Json, api: ResourceDefinition, wayOut: string): string[] {
  return mentions(document, api.logicalId)
    ? [`the routes of ${api.path} must not refer to the API itself, which does not exist yet when they are imported; ${wayOut}`] : [];
}

/** Whether a template value refers to a resource. */
function mentions(value: Json | undefined, logicalId: string): boolean {
  if (Array.isArray(value)) return value.some((inner) => mentions(inner, logicalId));
  if (!isJsonObject(value)) return false;
  if (refOf(value) === logicalId) return true;
  const [target] = elements(member(value, 'Fn::GetAtt'));
  if (target === logicalId) return true;
  const text = stringMember(value, 'Fn::Sub');
  if (text !== undefined) return text.includes(`\${${logicalId}}`) || text.includes(`\${${logicalId}.`);
  return entries(value).some(([, inner]) => mentions(inner, logicalId));
}
