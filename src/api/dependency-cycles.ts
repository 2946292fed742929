import { CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { definitionOf } from './body/element-definition';
import { isSynthesized } from './template-counts';
import { entries, member, type Json } from '../private/json';
import { references } from '../private/references';

/**
 * The circles in which resources of an API wait for each other: CloudFormation refuses them. An API needs its functions,
 * so nothing that they need may need the API.
 *
 * @param api the API itself
 * @param functions those made from the app
 */
export function cycleProblems(api: CfnResource, functions: readonly lambda.Function[]): string[] {
  const graph = new DependencyGraph(api.stack);
  const starts = new Set([api, ...functions.map(({ node, stack }) => (
    stack === api.stack ? node.defaultChild : stack.nestedStackResource
  ) as CfnResource)]);
  const cycle = graph.cycleFrom([...starts].map((start) => graph.idOf(start)));
  if (cycle === undefined) return [];
  const path = cycle.map((id, index) => graph.describe(id, cycle[(index + 1) % cycle.length]));
  const ofApi = cycle.includes(graph.idOf(api));
  return [
    `${ofApi ? 'a function must not need the API that needs it' : 'functions of two nested stacks must not need each other'}, got: ${[...path, path[0]].join(' → ')}; ${ofApi
      ? 'read `event.requestContext` (`apiId`, `domainName`, `stage`) in the function when a request comes, or give the value to a page or another program with RuntimeConfig'
      : 'leave one of the references out, or let the functions share what they need in the stack of the API'}`,
  ];
}

/** What needs what in the template of one stack, a nested stack as a whole. */
class DependencyGraph {
  private readonly resources = new Map<string, CfnResource>();
  private readonly edges = new Map<string, readonly string[]>();

  constructor(private readonly stack: Stack) {
    for (const node of stack.node.findAll()) {
      if (CfnResource.isCfnResource(node) && node.stack === stack && isSynthesized(node)) this.resources.set(this.idOf(node), node);
    }
  }

  public idOf(resource: CfnResource): string {
    return String(resource.stack.resolve(resource.logicalId));
  }

  /** The first circle that is found on the way from some resources. */
  public cycleFrom(starts: readonly string[]): string[] | undefined {
    const done = new Set<string>();
    for (const start of starts) {
      const cycle = this.search(start, done);
      if (cycle) return cycle;
    }
    return undefined;
  }

  /** A resource, and of a nested stack those in it that need the next one. */
  public describe(id: string, next: string): string {
    const resource = this.resources.get(id)!;
    const nested = nestedStackOf(resource);
    const inside = nested && this.needing(nested, resource, next);
    return inside && inside.length > 0 ? inside.slice(0, 3).map(readable).join(', ') : readable(resource);
  }

  /** Depth first, without recursion: templates are as deep as their users like. */
  private search(start: string, done: Set<string>): string[] | undefined {
    const path: { readonly id: string; readonly rest: string[] }[] = [];
    const enter = (id: string) => path.push({ id, rest: [...this.needs(id)] });
    if (!done.has(start)) enter(start);
    while (path.length > 0) {
      const { id, rest } = path[path.length - 1];
      const next = rest.pop();
      if (next === undefined) {
        done.add(id);
        path.pop();
        continue;
      }
      if (done.has(next)) continue;
      const open = path.findIndex((step) => step.id === next);
      if (open >= 0) return path.slice(open).map((step) => step.id);
      enter(next);
    }
    return undefined;
  }

  private needs(id: string): readonly string[] {
    const known = this.edges.get(id);
    if (known) return known;
    const resource = this.resources.get(id);
    const needed = resource === undefined ? [] : [...new Set(needsOf(resource))].filter((other) => other !== id && this.resources.has(other));
    this.edges.set(id, needed);
    return needed;
  }

  /** The resources of a nested stack that use a parameter by which the next resource reaches it. */
  private needing(nested: Stack, resource: CfnResource, next: string): CfnResource[] {
    const { properties } = definitionOf(resource, (value) => this.stack.resolve(value) as Json);
    const parameters = entries(member(properties, 'Parameters')).filter(([, value]) => references(value).includes(next)).map(([name]) => name);
    return nested.node.findAll().filter((node): node is CfnResource => (
      CfnResource.isCfnResource(node) && node.stack === nested && isSynthesized(node) && needsOf(node).some((id) => parameters.includes(id))
    ));
  }
}

/** What a resource names in its properties or waits for. */
function needsOf(resource: CfnResource): string[] {
  const { properties, attributes } = definitionOf(resource, (value) => resource.stack.resolve(value) as Json);
  const waits = member(attributes, 'DependsOn') ?? [];
  return [...references(properties), ...(Array.isArray(waits) ? waits : [waits]).map(String)];
}

function nestedStackOf(resource: CfnResource): Stack | undefined {
  const siblings = resource.node.scope?.node.scope?.node.children ?? [];
  return siblings.find((node): node is NestedStack => NestedStack.isNestedStack(node) && node.nestedStackResource === resource);
}

/** The construct that a user made or knows, in place of the resource in it. */
function readable(resource: IConstruct): string {
  return resource.node.path.replace(/\/(Default|Resource)(?=\/|$)/g, '');
}
