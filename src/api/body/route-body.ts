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
 * Deploys the routes of an API as one OpenAPI body: the constructs of routes, authorizers and models stay in the
 * construct tree, and the template has them in the `Body` of the API instead of as resources.
 *
 * The body is rendered during synthesis, so routes that a user adds after the API was constructed are included.
 * The app's own OpenAPI document is added to the body on request only: see `document`.
 */
export class RouteBody implements IAspect {
  private readonly stack: Stack;
  /** The constructs that the body replaces, with the logical ids by which they refer to each other. */
  private readonly replaced = new Map<CfnResource, string>();
  private readonly problems = new Set<string>();
  private readonly dependencies: BodyDependencies;
  /** Whether the replaced constructs and the API are being read for the body, so that they count as resources and the API has no body. */
  private reading = false;
  /** The state of the synthesis: `gathering` while CDK collects references, `settled` after the last change. */
  private phase: 'none' | 'gathering' | 'settled' = 'none';
  /** The body of this phase, cached because rendering is slow and each deployment hashes the body for its logical id. */
  private rendered?: RenderedDocument;
  /** The app's document, if it is to be in the body. */
  private documentation?: BodyDocumentation;
  /** Whether a deployment's logical id is being computed, for which the body is rendered without prose. */
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
    // On the whole stage, because elements may be outside of the API's construct, authorizers for example.
    Aspects.of(Stage.of(resource) ?? resource.node.root).add(this, { priority: AspectPriority.MUTATING });
    resource.node.addValidation({ validate: () => [...this.problems, ...this.settle().problems] });
    // Also before the stack is written, because validation may be skipped.
    attachCustomSynthesis(resource, { onSynthesize: () => void this.settle() });
  }

  public visit(node: IConstruct): void {
    if (this.isOwn(node)) return this.replace(node);
    this.dependencies.move(node);
    if (!CfnResource.isCfnResource(node)) return;
    if (isDocumentationOf(this.resource, this.format, node)) this.problems.add(noDocumentation(node));
    if (node instanceof CfnPermission) widenAuthorizerPermission(node);
  }

  /** Size of the body in its template in bytes, with the template's indentation. */
  public size(): number {
    return Buffer.byteLength(JSON.stringify(this.documented(this.settle()).document, undefined, templateIndentation(this.stack)));
  }

  /** Adds the app's document to the body. A change of prose alone does not create a new deployment. */
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
    // Strings are not final in this phase; they are resolved so that CDK visits the references in them.
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

  /** The API and the replaced constructs as their template would define them, overrides included; the API first. */
  private read(resolve: (value: unknown) => Json): ResourceDefinition[] {
    return this.asResource(() => [this.resource, ...this.replaced.keys()].map((element) => definitionOf(element, resolve)));
  }

  private isOwn(node: IConstruct): node is CfnResource {
    return isElementOf(this.resource, this.format, node);
  }

  /** Runs a function while the replaced constructs count as synthesized resources. */
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
 * Replaces the authorizer's id by `*` in the permission of a Lambda authorizer, because an authorizer in a body has no id in the
 * template. The first body of a tree does it for all: later ones find an ARN without the token.
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
