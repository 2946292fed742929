import type { CfnResource, Stack } from 'aws-cdk-lib';
import type { HttpApi, HttpIntegration, HttpRouteIntegration, IHttpStage } from 'aws-cdk-lib/aws-apigatewayv2';

/*
 * Everything that this library takes from the CDK without its declarations allowing it: one named function for each. Tried on
 * aws-cdk-lib 2.235.0 and 2.276.0. `test/private/cdk-internals.test.ts` has a test of the same name for each, which fails
 * where a version of the CDK no longer has it.
 */

/** The part of a template that a resource makes. */
export interface TemplatePart {
  readonly Resources?: Record<string, unknown>;
}

interface CfnResourceInternals {
  /** Internal: the CDK's own way from a construct to its part of the template, overrides included. */
  _toCloudFormation(): TemplatePart;
  /** Protected: meant for those who write resources. */
  shouldSynthesize(): boolean;
}

/** A resource as its template would have it. */
export function templatePartOf(resource: CfnResource): TemplatePart {
  return internals(resource)._toCloudFormation();
}

/** Puts something else into the template in the place of a resource. */
export function replaceTemplatePart(resource: CfnResource, replace: (part: TemplatePart) => TemplatePart): void {
  const original = internals(resource)._toCloudFormation.bind(resource);
  internals(resource)._toCloudFormation = () => replace(original());
}

/** Whether a resource will be in its template: a body says some, and the CDK leaves out empty policies. */
export function isSynthesized(resource: CfnResource): boolean {
  return internals(resource).shouldSynthesize();
}

/** Keeps a resource out of its template, unless a condition holds. Dependencies on what is kept out are dropped. */
export function synthesizeOnlyIf(resource: CfnResource, condition: () => boolean): void {
  Object.defineProperty(resource, 'shouldSynthesize', { value: condition });
}

/**
 * `addDependency` and `removeDependency`, which newer versions call `addResourceDependency` and `removeResourceDependency`,
 * and warn of the older names.
 */
export function changeDependency(change: 'add' | 'remove', resource: CfnResource, dependency: CfnResource): void {
  const renamed: unknown = Reflect.get(resource, `${change}ResourceDependency`);
  if (typeof renamed === 'function') renamed.call(resource, dependency);
  else resource[`${change}Dependency`](dependency);
}

/**
 * Computes the logical id of a REST API's deployment within `around`: the id holds a hash of the API. Its class is not
 * exported, and newer ones hand what is hashed to the method.
 * A deployment that is no latest one has a fixed id, and is left alone.
 */
export function aroundDeploymentId(deployment: CfnResource, around: (compute: () => string) => string): void {
  const original: unknown = Reflect.get(deployment, 'calculateLogicalId');
  if (typeof original !== 'function') return;
  Object.defineProperty(deployment, 'calculateLogicalId', { value: (...hashed: unknown[]) => around(() => String(original.call(deployment, ...hashed))) });
}

/** The indentation of a stack's template: its `suppressTemplateIndentation`, which it takes from its props or the context. */
export function templateIndentation(stack: Stack): number | undefined {
  return Reflect.get(stack, '_suppressTemplateIndentation') === true ? undefined : 1;
}

/** The construct of an integration of HTTP APIs that was bound; a private property. */
export function boundIntegration(integration: HttpRouteIntegration): HttpIntegration | undefined {
  return Reflect.get(integration, 'integration');
}

/** Whether a value is an integration of HTTP APIs, of any copy of the CDK: the API calls this internal method of it. */
export function isHttpRouteIntegration(integration: unknown): integration is HttpRouteIntegration {
  return typeof integration === 'object' && integration !== null && typeof Reflect.get(integration, '_bindToRoute') === 'function';
}

/** Makes a stage the default one, as where the CDK makes it: `api.url` and `api.defaultStage`, which is read-only, are this stage's. */
export function setDefaultStage(api: HttpApi, stage: IHttpStage): void {
  Object.assign(api, { defaultStage: stage });
}

function internals(resource: CfnResource): CfnResourceInternals {
  return resource as unknown as CfnResourceInternals;
}
