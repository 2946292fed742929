import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as internals from '../../src/private/cdk-internals';

function setup() {
  const stack = new Stack(new App(), 'Stack');
  const [one, other] = ['One', 'Other'].map((id) => new CfnResource(stack, id, { type: 'AWS::SNS::Topic', properties: { DisplayName: id } }));
  return { stack, one, other, template: () => Template.fromStack(stack).toJSON() };
}

/** One for each export, by its name. */
const CONTRACTS: Record<keyof typeof internals, () => void> = {
  templatePartOf: () => {
    const { stack, one } = setup();
    one.addOverride('Properties.DisplayName', 'changed');
    expect(stack.resolve(internals.templatePartOf(one))).toEqual({ Resources: { One: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'changed' } } } });
  },
  replaceTemplatePart: () => {
    const { one, template } = setup();
    internals.replaceTemplatePart(one, (part) => ({ Resources: { Two: Object.values(part.Resources!)[0] } }));
    expect(Object.keys(template().Resources)).toEqual(['Two', 'Other']);
  },
  isSynthesized: () => {
    const { stack, one } = setup();
    expect(internals.isSynthesized(one)).toBe(true);
    const empty = new iam.Policy(stack, 'Empty');
    expect(internals.isSynthesized(empty.node.defaultChild as CfnResource)).toBe(false);
  },
  synthesizeOnlyIf: () => {
    const { one, template } = setup();
    let wanted = false;
    internals.synthesizeOnlyIf(one, () => wanted);
    expect(internals.isSynthesized(one)).toBe(false);
    wanted = true;
    expect(internals.isSynthesized(one)).toBe(true);
    wanted = false;
    expect(Object.keys(template().Resources)).toEqual(['Other']);
  },
  changeDependency: () => {
    const { one, other, template } = setup();
    internals.changeDependency('add', one, other);
    expect(one.obtainDependencies()).toEqual([other]);
    internals.changeDependency('remove', one, other);
    expect(one.obtainDependencies()).toEqual([]);
    internals.changeDependency('add', one, other);
    expect(template().Resources.One.DependsOn).toEqual(['Other']);
  },
  aroundDeploymentId: () => {
    const stack = new Stack(new App(), 'Stack');
    const api = new apigateway.RestApi(stack, 'Api');
    api.root.addMethod('GET', new apigateway.MockIntegration());
    const said: string[] = [];
    internals.aroundDeploymentId(api.latestDeployment!.node.defaultChild as CfnResource, (compute) => {
      said.push(compute());
      return 'Mine';
    });
    Template.fromStack(stack).hasResource('AWS::ApiGateway::Deployment', {});
    expect(Object.keys(Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'))).toEqual(['Mine']);
    expect(said[0]).toMatch(/^ApiDeployment[0-9A-Za-z]+$/);
  },
  templateIndentation: () => {
    const app = new App();
    expect(internals.templateIndentation(new Stack(app, 'Indented'))).toBe(1);
    expect(internals.templateIndentation(new Stack(app, 'Short', { suppressTemplateIndentation: true }))).toBeUndefined();
    const byContext = new App({ context: { '@aws-cdk/core:suppressTemplateIndentation': true } });
    expect(internals.templateIndentation(new Stack(byContext, 'ByContext'))).toBeUndefined();
  },
  boundIntegration: () => {
    const { stack } = setup();
    const integration = new HttpUrlIntegration('Url', 'https://example.com');
    expect(internals.boundIntegration(integration)).toBeUndefined();
    const api = new apigatewayv2.HttpApi(stack, 'Api');
    api.addRoutes({ path: '/a', integration });
    expect(internals.boundIntegration(integration)).toBeInstanceOf(apigatewayv2.HttpIntegration);
    expect(internals.boundIntegration(integration)!.httpApi).toBe(api);
  },
  isHttpRouteIntegration: () => {
    expect(internals.isHttpRouteIntegration(new HttpUrlIntegration('Url', 'https://example.com'))).toBe(true);
    for (const other of [new apigateway.HttpIntegration('https://example.com'), {}, undefined, null, 'text']) expect(internals.isHttpRouteIntegration(other)).toBe(false);
  },
  setDefaultStage: () => {
    const { stack } = setup();
    const api = new apigatewayv2.HttpApi(stack, 'Api', { createDefaultStage: false });
    expect(api.url).toBeUndefined();
    const stage = new apigatewayv2.HttpStage(stack, 'Stage', { httpApi: api, stageName: 'one' });
    internals.setDefaultStage(api, stage);
    expect(api.defaultStage).toBe(stage);
    expect(api.url).toBe(stage.url);
  },
};

test.each(Object.entries(CONTRACTS))('the CDK still has what %s needs', (_, contract) => contract());
