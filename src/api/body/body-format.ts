import type { ResourceDefinition } from './resource-definition';
import type { Json } from '../../private/json';

/** A rendered body, and the problems of resources that it cannot express. */
export interface RenderedDocument {
  readonly document: Json;
  readonly problems: string[];
}

/** The differences between the bodies of REST and of HTTP APIs. */
export interface BodyFormat {
  /** Prefix of the resource types, for example `AWS::ApiGateway::`. */
  readonly service: string;
  /** Property of an element that holds the id of its API. */
  readonly apiId: 'restApiId' | 'apiId';
  /** Types that the body replaces. */
  readonly elements: readonly string[];
  /** Types of documentation resources. They are refused, because each import replaces the routes that they document. */
  readonly documentation: readonly string[];
  /** The only properties of the API that CloudFormation accepts beside a body; `undefined` if it accepts all. */
  readonly besideBody?: readonly string[];
  /**
   * Renders the API and the resources that the body replaces as one OpenAPI document.
   *
   * @param api the API itself, without a body
   */
  render(api: ResourceDefinition, elements: readonly ResourceDefinition[]): RenderedDocument;
}
