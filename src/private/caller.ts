/**
 * Whether maps of structs may have lost members on their way here. Within a map jsii takes a dict for a struct, and drops
 * each name that is not spelt as in TypeScript: `authorization_scopes` is gone, and nothing says so. The compilers of
 * TypeScript and Java let no dict pass.
 *
 * @see https://github.com/aws/jsii/issues/1919
 */
export function mapsMayBeThinned(): boolean {
  const agent = process.env.JSII_AGENT;
  return agent !== undefined && !agent.startsWith('Java/');
}
