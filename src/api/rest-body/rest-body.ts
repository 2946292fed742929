import { AspectPriority, Aspects, Lazy, Stack, Stage, type CfnResource, type IAspect, type IResolvable, type IResolveContext } from 'aws-cdk-lib';
import { CfnAuthorizer, type CfnRestApi, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { entries, isJsonObject, member, type Json, type JsonObject } from '../../private/json';
import { renderDocument, type RenderedDocument } from './document';
import type { ResourceDefinition } from './resource-definition';
import { belongsTo, isDocumentation, isRouteElement, type RouteElement } from './route-element';

/** Context of the CDK with which templates are written on one line. */
const SUPPRESS_INDENTATION = '@aws-cdk/core:suppressTemplateIndentation';

/**
 * Deploys the routes of a REST API as one OpenAPI body: the constructs of its methods, resources,
 * authorizers, models, validators and gateway responses stay in the construct tree, and the template
 * says them in `AWS::ApiGateway::RestApi.Body` instead of as resources.
 *
 * Rendered while the app is synthesized, so methods that a user adds after the API was constructed
 * are included. Nothing of the app's own OpenAPI document is in the body.
 */
export class RestBody implements IAspect {
  private readonly resource: CfnRestApi;
  private readonly stack: Stack;
  /** The constructs that the body replaces, with the logical ids by which they refer to each other. */
  private readonly replaced = new Map<RouteElement, string>();
  private readonly problems = new Set<string>();
  /** Whether the API's own properties are being read, in which the body must not appear. */
  private reading = false;

  constructor(api: RestApi) {
    this.resource = api.node.defaultChild as CfnRestApi;
    this.stack = Stack.of(api);
    this.resource.body = Lazy.uncachedAny({ produce: (context) => this.produce(context) });
    // Without it routes that are gone from the document would stay.
    this.resource.mode = 'overwrite';
    this.resource.parameters = this.withEndpointType(this.resource.parameters);
    // Elements may hang anywhere below the stage, authorizers for example beside the API.
    Aspects.of(Stage.of(api) ?? api.node.root).add(this, { priority: AspectPriority.MUTATING });
    api.node.addValidation({ validate: () => this.validate() });
  }

  public visit(node: IConstruct): void {
    if (isRouteElement(node)) this.replace(node);
    else if (isDocumentation(node) && belongsTo(node, this.resource)) this.problems.add(noDocumentation(node));
    else if (node instanceof CfnPermission) this.widenAuthorizerPermission(node);
  }

  /** Bytes that the body takes in its template, as the template is written. */
  public size(): number {
    const { document } = render(this.read((value) => this.stack.resolve(value) as Json));
    return Buffer.byteLength(JSON.stringify(document, undefined, this.stack.node.tryGetContext(SUPPRESS_INDENTATION) ? undefined : 1));
  }

  private replace(element: RouteElement): void {
    if (this.replaced.has(element) || !belongsTo(element, this.resource)) return;
    if (element.stack !== this.stack) {
      this.problems.add(`${element.node.path} must be in the stack of the API (${this.stack.node.path}), got: ${element.stack.node.path}; routes are one body, and others are lost when it is imported`);
      return;
    }
    const logicalId = String(this.stack.resolve(element.logicalId));
    this.replaced.set(element, logicalId);
    Object.defineProperty(element, 'shouldSynthesize', { value: () => this.reading });
    element.overrideLogicalId(Lazy.uncachedString({
      produce: (context) => {
        if (context.preparing && context.scope !== this.resource) this.problems.add(noReference(context.scope, element));
        return logicalId;
      },
    }));
  }

  /** Where the permission of a Lambda authorizer names the authorizer's id, which the body does not know. */
  private widenAuthorizerPermission(permission: CfnPermission): void {
    const source = permission.sourceArn;
    if (source === undefined || !source.includes('/authorizers/')) return;
    permission.sourceArn = Lazy.uncachedString({
      produce: () => [...this.replaced.keys()]
        .filter((element) => element instanceof CfnAuthorizer)
        .reduce((arn, authorizer) => arn.replace(authorizer.ref, '*'), source),
    });
  }

  private produce(context: IResolveContext): unknown {
    if (this.reading) return undefined;
    this.keepDependencies(context);
    const definitions = this.read((value) => context.resolve(value) as Json);
    // While references are gathered, strings are not what they will be: what counts is that they were visited.
    return context.preparing ? definitions.map(({ properties }) => properties) : render(definitions).document;
  }

  /** The replaced constructs as their template would say them, overrides included; the API itself first. */
  private read(resolve: (value: unknown) => Json): ResourceDefinition[] {
    this.reading = true;
    try {
      return [this.resource, ...this.replaced.keys()].map((element) => definitionOf(element, resolve));
    } finally {
      this.reading = false;
    }
  }

  /** What a route waits for, the API waits for. */
  private keepDependencies(context: IResolveContext): void {
    if (!context.preparing) return;
    for (const element of this.replaced.keys()) {
      for (const dependency of element.obtainDependencies()) {
        if (!Stack.isStack(dependency) && dependency !== this.resource) this.resource.addDependency(dependency);
      }
    }
  }

  private validate(): string[] {
    const { problems } = render(this.read((value) => this.stack.resolve(value) as Json));
    return [...this.problems, ...problems];
  }

  private withEndpointType(parameters: CfnRestApi['parameters']): IResolvable {
    return Lazy.any({
      produce: () => {
        const configuration = this.stack.resolve(this.resource.endpointConfiguration) as Json | undefined;
        const types = member(configuration, 'types');
        return Array.isArray(types) ? { endpointConfigurationTypes: types.join(','), ...parameters } : parameters;
      },
    });
  }
}

function render([api, ...elements]: ResourceDefinition[]): RenderedDocument {
  return renderDocument(api, elements);
}

function definitionOf(element: CfnResource, resolve: (value: unknown) => Json): ResourceDefinition {
  // CDK's own way from a construct to its part of the template, which is not in its declarations.
  const template = resolve((element as unknown as { _toCloudFormation(): object })._toCloudFormation());
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

function noReference(from: IConstruct, to: IConstruct): string {
  return `${from.node.path} must not refer to ${to.node.path}: it is part of the API's body and has no id of its own in the template; refer to the API, or use \`definition: RouteDefinition.RESOURCES\``;
}

function noDocumentation(node: IConstruct): string {
  return `${node.node.path} cannot document an API whose routes are one body: every deployment makes them anew without it; use \`definition: RouteDefinition.RESOURCES\``;
}
