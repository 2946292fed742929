import type { ResourceDefinition } from './resource-definition';
import type { Json } from '../../private/json';

/** A rendered body, and what of the API it cannot say. */
export interface RenderedDocument {
  readonly document: Json;
  readonly problems: string[];
}

/** What is different between the bodies of REST and of HTTP APIs. */
export interface BodyFormat {
  /** What the names of the resource types begin with, for example `AWS::ApiGateway::`. */
  readonly service: string;
  /** Property of an element that holds the id of its API. */
  readonly apiId: 'restApiId' | 'apiId';
  /** Types that the body replaces. */
  readonly elements: readonly string[];
  /** Types of documentation, which belongs to routes that an import makes anew. */
  readonly documentation: readonly string[];
  /** The only properties of the API that may stand beside a body; every one may where it is left out. */
  readonly besideBody?: readonly string[];
  /**
   * The API and what the body replaces as one OpenAPI document.
   *
   * @param api the API itself, without a body
   */
  render(api: ResourceDefinition, elements: readonly ResourceDefinition[]): RenderedDocument;
}
