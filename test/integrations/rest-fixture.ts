import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { fastApiApp, scope } from './fixture';
import type { FastApiApp } from '../../src/app/fast-api-app';
import type { BindIntegrationsProps } from '../../src/integrations/bind-integrations';
import type { Operation } from '../../src/operations/operation';
import { bindRestIntegrations, type BoundRestIntegrations } from '../../src/rest-api/bind-integrations';
import type { BoundRestApiIntegration } from '../../src/rest-api/bound-integration';
import type { RestApiIntegration } from '../../src/rest-api/integration';

export const app = fastApiApp();
export const mock = (): RestApiIntegration => ({ integration: new apigateway.MockIntegration() });

/** Binds, and adds a method for each operation, as the API construct does. */
export function deploy(props: Partial<BindIntegrationsProps<RestApiIntegration>> = {}, within: Construct = scope()): { bound: BoundRestIntegrations; template: Template } {
  const served: FastApiApp = props.app ?? app;
  const bound = bindRestIntegrations({ scope: within, app: served, operations: served._operationsFor('rest', props.catchAll ?? false), ...props });
  const api = new apigateway.RestApi(within, 'Api', { cloudWatchRole: false });
  const resources = new Map<string, apigateway.IResource>([['/', api.root]]);
  for (const [operation, { integration: { integration }, options }] of bound.byOperation) {
    if (operation.catchAll) continue;
    resourceOf(resources, operation).addMethod(operation.method, integration, options);
  }
  if (bound.catchAll) api.root.addProxy({ defaultIntegration: bound.catchAll.integration });
  bound.grantApiInvoke(api);
  return { bound, get template() { return Template.fromStack(Stack.of(within)); } };
}

export function resourceOf(resources: Map<string, apigateway.IResource>, operation: Operation): apigateway.IResource {
  let resource = resources.get('/')!;
  let path = '';
  for (const part of operation.parts) {
    path += `/${part}`;
    resource = resources.get(path) ?? new apigateway.Resource(resource, `part ${part}`, { parent: resource, pathPart: part });
    resources.set(path, resource);
  }
  return resource;
}

export function of(bound: BoundRestIntegrations, name: string): BoundRestApiIntegration {
  return [...bound.byOperation].find(([operation]) => operation.name === name)![1].integration;
}

/** The guards of the functions in a template; `undefined` for one without. */
export function guards(template: Template): unknown[] {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  return functions.map(({ Properties }) => Properties.Environment.Variables.CDK_FASTAPI_OPERATION).sort();
}

/** What follows the API's id in the source ARN of each permission. */
export function sources(template: Template): string[] {
  return Object.values(template.findResources('AWS::Lambda::Permission')).map(({ Properties }) => Properties.SourceArn['Fn::Join'][1].at(-1)).sort();
}
