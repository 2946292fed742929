import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { FastApiRestApi, type FastApiRestApiProps } from '../../src/rest-api/fast-api-rest-api';
import { fastApiApp, type Row, stack as newStack } from '../integrations/fixture';
import type { Value } from '../rest-api/body/native-view';


/** What a test says of an API: anything but the app, which is made of `rows`. */
export type Props = Partial<FastApiRestApiProps>;

export interface Deployed {
  readonly stack: Stack;
  readonly api: FastApiRestApi;
  readonly template: Template;
  /** Properties of the only REST API. */
  readonly restApi: Value;
  readonly body: Value;
}

export const ITEMS: Row[] = [['get', '/items', 'listItems'], ['post', '/items', 'createItem'], ['get', '/items/{item_id}', 'readItem']];

/** A stack with one API, synthesized; `more` adds to it before. */
export function deploy(props: Props = {}, rows: Row[] = ITEMS, more: (api: FastApiRestApi, stack: Stack) => void = () => {}): Deployed {
  const stack = newStack();
  const api = new FastApiRestApi(stack, 'MyApi', { app: fastApiApp(rows), ...props });
  more(api, stack);
  return { stack, api, ...rendered(stack) };
}

/** The template of a stack, and the first REST API in it. */
export function rendered(stack: Stack): Pick<Deployed, 'template' | 'restApi' | 'body'> {
  const template = Template.fromStack(stack);
  const [{ Properties: restApi }] = Object.values<Value>(template.findResources('AWS::ApiGateway::RestApi'));
  return { template, restApi, body: restApi.Body };
}

/** All messages about a stack, as one text. */
export function messages(stack: Stack): string {
  const annotations = Annotations.fromStack(stack);
  return [...annotations.findWarning('*', Match.anyValue()), ...annotations.findInfo('*', Match.anyValue())].map(({ entry }) => String(entry.data)).join('\n');
}
