/** The kind of API Gateway API that operations are deployed to. */
export type ApiType = 'rest' | 'http';
