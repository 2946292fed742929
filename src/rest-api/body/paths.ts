import { elements, refOf, type ResourceDefinition } from '../../api/body/resource-definition';
import { member, stringMember, type Json } from '../../private/json';

/**
 * Returns a lookup from a reference to a path: from `{ Ref }` of a resource, or from the API's
 * `RootResourceId`.
 */
export function resourcePaths(
  apiLogicalId: string, resources: readonly ResourceDefinition[], problems: string[],
): (reference: Json | undefined) => string | undefined {
  const byLogicalId = new Map(resources.map((resource) => [resource.logicalId, resource]));
  const paths = new Map<string, string | undefined>();

  const pathOf = (reference: Json | undefined): string | undefined => {
    const [target, attribute] = elements(member(reference, 'Fn::GetAtt'));
    if (target === apiLogicalId && attribute === 'RootResourceId') return '/';
    const logicalId = refOf(reference);
    const resource = logicalId === undefined ? undefined : byLogicalId.get(logicalId);
    if (resource === undefined) return undefined;
    if (!paths.has(resource.logicalId)) {
      paths.set(resource.logicalId, undefined);
      paths.set(resource.logicalId, below(resource));
    }
    return paths.get(resource.logicalId);
  };

  const below = (resource: ResourceDefinition): string | undefined => {
    const parent = pathOf(member(resource.properties, 'ParentId'));
    const part = stringMember(resource.properties, 'PathPart');
    if (parent === undefined || part === undefined) {
      problems.push(`the resource ${resource.path} must have a parent in this API and a path part that is known at synth`);
      return undefined;
    }
    return parent === '/' ? `/${part}` : `${parent}/${part}`;
  };
  return pathOf;
}
