/**
 * Whether an integration is one for routes of HTTP APIs. Told by a method and not by class, because the program may hold a
 * second copy of the CDK.
 */
export function isRouteIntegration(integration: unknown): boolean {
  return typeof integration === 'object' && integration !== null && typeof Reflect.get(integration, '_bindToRoute') === 'function';
}
