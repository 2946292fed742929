import { PropertyReader, refOf, type ResourceDefinition } from '../../api/body/resource-definition';
import { entries, isJsonObject, stringMember, type Json, type JsonObject } from '../../private/json';

/** The models that API Gateway creates in every REST API without a document. A document must declare them itself. */
const BUILT_IN = new Map<string, JsonObject>([
  ['Empty', { title: 'Empty Schema', type: 'object' }],
  ['Error', { title: 'Error Schema', type: 'object', properties: { message: { type: 'string' } } }],
]);

/** The schemas of the document: the API's models, and the built-in ones that are referred to. */
export class Models {
  private readonly names = new Map<string, string>();
  private readonly builtIn = new Set<string>();

  constructor(private readonly definitions: readonly ResourceDefinition[], private readonly problems: string[]) {
    for (const model of definitions) this.names.set(model.logicalId, stringMember(model.properties, 'Name') ?? model.logicalId);
  }

  /** The content of a request or response: media type to model, as a method names them. */
  public content(models: Json | undefined, owner: string): JsonObject | undefined {
    const content = entries(models).map(([mediaType, model]): [string, JsonObject] => [mediaType, { schema: this.reference(model, owner) }]);
    return content.length === 0 ? undefined : Object.fromEntries(content);
  }

  public render(): JsonObject | undefined {
    const schemas = new Map<string, Json>();
    for (const model of this.definitions) {
      const read = new PropertyReader(model.properties, `the model ${model.path}`);
      for (const name of ['RestApiId', 'Name', 'ContentType']) read.take(name);
      const description = read.take('Description');
      const schema = this.schema(read.take('Schema'), model.path);
      schemas.set(this.names.get(model.logicalId)!, description === undefined || !isJsonObject(schema) ? schema : { description, ...schema });
      this.problems.push(...read.leftovers());
    }
    for (const name of this.builtIn) if (!schemas.has(name)) schemas.set(name, BUILT_IN.get(name)!);
    return schemas.size === 0 ? undefined : Object.fromEntries(schemas);
  }

  private reference(model: Json, owner: string): JsonObject {
    const name = this.names.get(refOf(model) ?? '') ?? (typeof model === 'string' ? model : undefined);
    if (name === undefined || !(BUILT_IN.has(name) || [...this.names.values()].includes(name))) {
      this.problems.push(`a model of ${owner} must be a model of this API, got: ${JSON.stringify(model)}; a model that was made elsewhere is lost when the body is imported`);
      return {};
    }
    if (BUILT_IN.has(name)) this.builtIn.add(name);
    return { $ref: `#/components/schemas/${name}` };
  }

  /** A JSON schema as OpenAPI takes it: no `$schema`, and references to other models point into the document. */
  private schema(value: Json | undefined, owner: string): Json {
    if (Array.isArray(value)) return value.map((inner) => this.schema(inner, owner));
    if (!isJsonObject(value)) return value ?? {};
    return Object.fromEntries(entries(value).filter(([key]) => key !== '$schema').map(([key, inner]) => {
      // The keys of `properties` are names of the user's, which may equal keywords such as `$ref`.
      if (key === 'properties' && isJsonObject(inner)) return [key, Object.fromEntries(entries(inner).map(([name, property]) => [name, this.schema(property, owner)]))];
      if (key === '$ref') return [key, this.modelReference(inner, owner)];
      if (key === 'definitions') this.problems.push(`\`schema\` of the model ${owner} must not have \`definitions\` in an OpenAPI body; make a model of each and refer to it, or use \`definition: RouteDefinition.RESOURCES\``);
      return [key, this.schema(inner, owner)];
    }));
  }

  private modelReference(reference: Json, owner: string): Json {
    const text = typeof reference === 'string' ? [reference] : joinedParts(reference);
    const last = text.at(-1);
    const name = typeof last === 'string' ? /\/models\/([^/]*)$/.exec(last)?.[1] : undefined;
    const model = name !== undefined && name !== '' ? name : this.names.get(refOf(last) ?? '');
    if (model === undefined) {
      this.problems.push(`\`$ref\` in the model ${owner} must name a model of this API, got: ${JSON.stringify(reference)}`);
      return '#';
    }
    return `#/components/schemas/${model}`;
  }
}

function joinedParts(value: Json): Json[] {
  const join = isJsonObject(value) ? value['Fn::Join'] : undefined;
  return Array.isArray(join) && Array.isArray(join[1]) ? join[1] : [];
}
