import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { changeDependency } from '../../private/cdk-internals';

/** An API and its routes, as far as dependencies are concerned. */
export interface DependableBody {
  readonly api: CfnResource;
  /** Whether the body replaces a construct. */
  isReplaced(node: IConstruct): boolean;
  /** Whether a resource refers to the API, so that it depends on the API already. */
  namesApi(resource: CfnResource): boolean;
  /** Runs a function while the replaced constructs count as synthesized resources, so that their dependencies can be changed. */
  asResource(act: () => void): void;
}

/**
 * Moves dependencies from routes to their API, because the routes of a body are no resources of the template: the API depends on
 * the dependencies of its routes, and a resource that depends on a route depends on the API instead.
 */
export class BodyDependencies {
  /** By construct: whether it holds a replaced construct and not the API. With the API in it, the CDK adds the dependency on the API itself. */
  private readonly dependable = new Map<IConstruct, boolean>();

  constructor(private readonly body: DependableBody) {}

  /** Replaces a construct's dependencies on routes by one on the API: those of `node.addDependency`, and those of the resource itself. */
  public move(node: IConstruct): void {
    if (node.node.dependencies.some((dependency) => this.isRoute(dependency))) {
      for (const resource of this.waitingIn(node)) changeDependency('add', resource, this.body.api);
    }
    if (CfnResource.isCfnResource(node)) this.moveOwn(node);
  }

  /** Gives the API the dependencies of a replaced construct. */
  public inherit(element: CfnResource): void {
    for (const dependency of element.obtainDependencies()) {
      if (!Stack.isStack(dependency) && dependency !== this.body.api && !this.body.isReplaced(dependency)) changeDependency('add', this.body.api, dependency);
    }
  }

  private moveOwn(resource: CfnResource): void {
    const routes = resource.obtainDependencies().filter((dependency): dependency is CfnResource => (
      !Stack.isStack(dependency) && this.body.isReplaced(dependency)
    ));
    if (routes.length === 0) return;
    for (const route of routes) this.body.asResource(() => changeDependency('remove', resource, route));
    if (!this.body.namesApi(resource)) changeDependency('add', resource, this.body.api);
  }

  private isRoute(dependency: IConstruct): boolean {
    const known = this.dependable.get(dependency);
    if (known !== undefined) return known;
    const nodes = dependency.node.findAll();
    const answer = nodes.some((node) => this.body.isReplaced(node)) && !nodes.includes(this.body.api);
    this.dependable.set(dependency, answer);
    return answer;
  }

  /** The resources of a construct that must wait if the construct depends on a route. */
  private waitingIn(node: IConstruct): CfnResource[] {
    return node.node.findAll().filter((child): child is CfnResource => (
      CfnResource.isCfnResource(child) && child !== this.body.api && !this.body.isReplaced(child) && !this.body.namesApi(child)
    ));
  }
}
