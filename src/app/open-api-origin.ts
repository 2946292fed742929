import type { OpenApiFromAppOptions } from './open-api-source';

/** What an OpenAPI source was made from. */
export type OpenApiOrigin =
  | { readonly kind: 'app'; readonly options: OpenApiFromAppOptions }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'document'; readonly document: unknown };
