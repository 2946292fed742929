import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ITEMS } from '../api/fixture';
import { bodyRoutes } from './body/native-view';
import { FastApiHttpApi, type FastApiHttpApiProps } from '../../src/http-api/fast-api-http-api';
import { fastApiApp, type Row, stack as newStack } from '../integrations/fixture';
import type { Value } from '../rest-api/body/native-view';

/** What a test says of an HTTP API: anything but the app, which is made of `rows`. */
export type HttpProps = Partial<FastApiHttpApiProps>;

export interface DeployedHttp {
  readonly stack: Stack;
  readonly api: FastApiHttpApi;
  readonly template: Template;
  /** Properties of the only HTTP API. */
  readonly httpApi: Value;
  readonly body: Value;
}

/** A stack with one HTTP API, synthesized; `more` adds to it before. */
export function deployHttp(props: HttpProps = {}, rows: Row[] = ITEMS, more: (api: FastApiHttpApi, stack: Stack) => void = () => {}): DeployedHttp {
  const stack = newStack();
  const api = new FastApiHttpApi(stack, 'MyApi', { app: fastApiApp(rows), ...props });
  more(api, stack);
  return { stack, api, ...renderedHttp(stack) };
}

/** The template of a stack, and the first HTTP API in it. */
export function renderedHttp(stack: Stack): Pick<DeployedHttp, 'template' | 'httpApi' | 'body'> {
  const template = Template.fromStack(stack);
  const [{ Properties: httpApi }] = Object.values<Value>(template.findResources('AWS::ApiGatewayV2::Api'));
  return { template, httpApi, body: httpApi.Body };
}

/** The name of what each route asks for, by route key. */
export function httpSecurity(body: Value): Record<string, string> {
  return Object.fromEntries([...bodyRoutes(body)].map(([route, view]) => [route, view.security.map(([name]: [string]) => name).join()]));
}
