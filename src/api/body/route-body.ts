import { AspectPriority, Aspects, attachCustomSynthesis, CfnResource, Lazy, Reference, Stack, Stage, Tokenization, type IAspect, type IResolveContext } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import type { BodyFormat, RenderedDocument } from './body-format';
import { BodyDependencies } from './dependencies';
import type { BodyDocumentation } from './documentation';
import { definitionOf, keepProperties } from './element-definition';
import { LateValue } from './late-value';
import type { ResourceDefinition } from './resource-definition';
import { belongsTo, isDocumentationOf, isElementOf } from './route-element';
import { aroundDeploymentId, isSynthesized, synthesizeOnlyIf, templateIndentation } from '../../private/cdk-internals';
import type { Json } from '../../private/json';

/** The L1 of an API: `CfnRestApi` or `CfnApi`. */
export interface EmbodiedApi extends CfnResource {
  body?: unknown;
}

/**
 * Deploys the routes of an API as one OpenAPI body: the constructs that say them, authorizers and models among them,
 * stay in the construct tree, and the template says them in the `Body` of the API instead of as resources.
 *
 * Rendered while the app is synthesized, so routes that a user adds after the API was constructed are included.
 * What the app's own OpenAPI document says is in the body on request only: see `document`.
 */
export class RouteBody implements IAspect {
  private readonly stack: Stack;
  /** The constructs that the body replaces, with the logical ids by which they refer to each other. */
  private readonly replaced = new Map<CfnResource, string>();
  private readonly problems = new Set<string>();
  private readonly dependencies: BodyDependencies;
  /** Whether the API's own properties are being read, in which the body must not appear. */
  private reading = false;
  /** How far the synthesis is: references are gathered, and then no longer change. */
  private phase: 'none' | 'gathering' | 'settled' = 'none';
  /** The body of this phase: the logical id of each deployment contains it, and rendering is dear. */
  private rendered?: RenderedDocument;
  /** What the app's document says, where it is to be in the body. */
  private documentation?: BodyDocumentation;
  /** Whether the id of a deployment is being computed, which prose does not change. */
  private identifying = false;

  constructor(private readonly resource: EmbodiedApi, private readonly format: BodyFormat) {
    this.stack = Stack.of(resource);
    this.dependencies = new BodyDependencies({
      api: resource,
      isReplaced: (node) => this.isOwn(node),
      namesApi: (node) => belongsTo(resource, format, node),
      asResource: (act) => this.asResource(act),
    });
    resource.body = new LateValue((context) => this.produce(context));
    if (format.besideBody !== undefined) keepProperties(resource, format.besideBody, () => this.reading);
    // Elements may hang anywhere below the stage, authorizers for example beside the API.
    Aspects.of(Stage.of(resource) ?? resource.node.root).add(this, { priority: AspectPriority.MUTATING });
    resource.node.addValidation({ validate: () => [...this.problems, ...this.settle().problems] });
    // Also where validation is left out; before the stack is written.
    attachCustomSynthesis(resource, { onSynthesize: () => void this.settle() });
  }

  public visit(node: IConstruct): void {
    if (this.isOwn(node)) return this.replace(node);
    this.dependencies.move(node);
    if (!CfnResource.isCfnResource(node)) return;
    if (isDocumentationOf(this.resource, this.format, node)) this.problems.add(noDocumentation(node));
    if (node instanceof CfnPermission) widenAuthorizerPermission(node);
  }

  /** Bytes that the body takes in its template, as the template is written. */
  public size(): number {
    return Buffer.byteLength(JSON.stringify(this.documented(this.settle()).document, undefined, templateIndentation(this.stack)));
  }

  /** Lets the body say what the app's document says. Prose alone makes no deployment. */
  public document(documentation: BodyDocumentation, deployment?: CfnResource): void {
    this.documentation = documentation;
    this.rendered = undefined;
    if (deployment === undefined) return;
    aroundDeploymentId(deployment, (compute) => {
      this.identifying = true;
      try {
        return compute();
      } finally {
        this.identifying = false;
      }
    });
  }

  private replace(element: CfnResource): void {
    if (this.replaced.has(element)) return;
    if (element.stack !== this.stack) {
      this.problems.add(`${element.node.path} must be in the stack of the API (${this.stack.node.path}), got: ${element.stack.node.path}; routes are one body, and others are lost when it is imported`);
      return;
    }
    const logicalId = String(this.stack.resolve(element.logicalId));
    this.replaced.set(element, logicalId);
    synthesizeOnlyIf(element, () => this.reading);
    element.overrideLogicalId(Lazy.uncachedString({
      produce: (context) => {
        if (context.preparing && context.scope !== this.resource) this.problems.add(noReference(context.scope, element));
        return logicalId;
      },
    }));
  }

  private produce(context: IResolveContext): unknown {
    if (this.reading) return undefined;
    if (!context.preparing) return this.documented(this.current()).document;
    this.phase = 'gathering';
    this.rendered = undefined;
    for (const element of this.replaced.keys()) this.dependencies.inherit(element);
    // Strings are not yet what they will be: what counts is that the references in them are visited.
    return this.read((value) => context.resolve(value) as Json).map(({ properties }) => properties);
  }

  private current(): RenderedDocument {
    if (this.phase === 'none') return this.render();
    this.rendered ??= this.render();
    return this.rendered;
  }

  private settle(): RenderedDocument {
    if (this.phase !== 'settled') this.rendered = undefined;
    this.phase = 'settled';
    return this.current();
  }

  private documented(rendered: RenderedDocument): RenderedDocument {
    return this.documentation === undefined ? rendered : this.documentation.add(rendered, !this.identifying);
  }

  private render(): RenderedDocument {
    const [api, ...elements] = this.read((value) => this.stack.resolve(value) as Json);
    return this.format.render(api, elements);
  }

  /** The replaced constructs as their template would say them, overrides included; the API itself first. */
  private read(resolve: (value: unknown) => Json): ResourceDefinition[] {
    return this.asResource(() => [this.resource, ...this.replaced.keys()].map((element) => definitionOf(element, resolve)));
  }

  private isOwn(node: IConstruct): node is CfnResource {
    return isElementOf(this.resource, this.format, node);
  }

  /** Runs something while the replaced constructs pass for resources. */
  private asResource<T>(act: () => T): T {
    this.reading = true;
    try {
      return act();
    } finally {
      this.reading = false;
    }
  }
}

/**
 * Where the permission of a Lambda authorizer names the authorizer's id, which no body knows. Done once for all bodies of
 * a tree: the first one sees the ARN as the CDK wrote it.
 */
function widenAuthorizerPermission(permission: CfnPermission): void {
  const source = permission.sourceArn;
  if (source === undefined || !source.includes('/authorizers/')) return;
  permission.sourceArn = Lazy.uncachedString({
    produce: () => Tokenization.reverseString(source).tokens
      .filter((token) => Reference.isReference(token) && isReplacedAuthorizer(token.target))
      .reduce((arn: string, token) => arn.replace(token.toString(), '*'), source),
  });
}

function isReplacedAuthorizer(node: IConstruct): boolean {
  return CfnResource.isCfnResource(node) && node.cfnResourceType.endsWith('::Authorizer') && !isSynthesized(node);
}

function noReference(from: IConstruct, to: IConstruct): string {
  return `${from.node.path} must not refer to ${to.node.path}: it is part of the API's body and has no id of its own in the template; refer to the API, or use \`definition: RouteDefinition.RESOURCES\``;
}

function noDocumentation(node: IConstruct): string {
  return `${node.node.path} cannot document an API whose routes are one body: every deployment makes them anew without it; use \`definition: RouteDefinition.RESOURCES\``;
}
