import type { CfnResource } from 'aws-cdk-lib';
import { LateValue } from './late-value';
import type { ResourceDefinition } from './resource-definition';
import { replaceTemplatePart, templatePartOf } from '../../private/cdk-internals';
import { entries, isJsonObject, member, type Json, type JsonObject } from '../../private/json';

/** A construct as its template would define it, overrides included. */
export function definitionOf(element: CfnResource, resolve: (value: unknown) => Json): ResourceDefinition {
  const template = resolve(templatePartOf(element));
  const [logicalId, resource] = entries(member(template, 'Resources'))[0];
  const { Properties: properties, Type: _type, ...attributes } = resource as JsonObject;
  return {
    logicalId,
    type: element.cfnResourceType,
    properties: isJsonObject(properties) ? properties : {},
    path: element.node.path,
    attributes,
  };
}

/** Removes all properties except `names` from a resource's template, those of escape hatches too, unless `isRead` returns true. */
export function keepProperties(resource: CfnResource, names: readonly string[], isRead: () => boolean): void {
  replaceTemplatePart(resource, (template) => {
    if (isRead() || template.Resources === undefined) return template;
    return {
      Resources: Object.fromEntries(Object.entries(template.Resources).map(([logicalId, definition]) => (
        [logicalId, new LateValue((context) => onlyWith(context.resolve(definition) as Json, names))]
      ))),
    };
  });
}

function onlyWith(definition: Json, names: readonly string[]): Json {
  if (!isJsonObject(definition)) return definition;
  const properties = entries(definition.Properties).filter(([name]) => names.includes(name));
  return { ...definition, Properties: Object.fromEntries(properties) };
}
