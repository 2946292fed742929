import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { changeDependency } from '../../private/cdk-internals';

/** An API and its routes, as far as dependencies are concerned. */
export interface DependableBody {
  readonly api: CfnResource;
  /** Whether the body replaces a construct. */
  isReplaced(node: IConstruct): boolean;
  /** Whether a resource names the API, and so waits for it already. */
  namesApi(resource: CfnResource): boolean;
  /** Runs something while the replaced constructs pass for resources, whose dependencies can be changed. */
  asResource(act: () => void): void;
}

/**
 * Dependencies around an API whose routes are one body. What a route waits for, the API waits for; what waits for a route
 * waits for the API, because the route is no resource of the template.
 */
export class BodyDependencies {
  /** Whether what may be depended on holds a replaced construct, and not the API itself: the CDK does the rest then. */
  private readonly dependable = new Map<IConstruct, boolean>();

  constructor(private readonly body: DependableBody) {}

  /** Moves dependencies of a construct on routes to the API: those of `node.addDependency`, and those of the resource itself. */
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

  /** The resources of a construct, as the CDK takes them for its dependencies. */
  private waitingIn(node: IConstruct): CfnResource[] {
    return node.node.findAll().filter((child): child is CfnResource => (
      CfnResource.isCfnResource(child) && child !== this.body.api && !this.body.isReplaced(child) && !this.body.namesApi(child)
    ));
  }
}
