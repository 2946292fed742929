export * from './builder';
export * from './http';
export * from './operations';
export * from './rest';
