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

/** Names of this library that messages say; those of operations look the same, and are the user's in every language. */
const NAMES = [
  'withOverrides', 'withOverride', 'withOperationOptions', 'withDefaultOptions', 'toIntegrations', 'defaultIntegrations', 'fromDirectory', 'fromApp', 'fromFile', 'fromDocument',
  'grantInvokeAccess', 'restrictCorsTo', 'bucketSource', 'openApi', 'catchAll', 'functionStacks', 'expectedOperations', 'runtimeConfigKey', 'functionOptions', 'adapterLayerArn',
  'allowOrigins', 'allowHeaders', 'allowMethods', 'allowCredentials', 'exposeHeaders', 'maxAge', 'userPools', 'userPool', 'userPoolClients', 'extraInputs', 'memorySize',
  'snapStart', 'logGroup', 'logRetention', 'logRemovalPolicy', 'functionName', 'authorizationType', 'authorizationScopes', 'apiKeyRequired', 'cloudWatchRole',
  'defaultAuthorizer', 'defaultAuthorizationScopes', 'defaultIntegration', 'corsPreflight', 'defaultCorsPreflightOptions', 'cloneFrom', 'deployOptions', 'stageOptions',
  'createDefaultStage', 'domainName', 'defaultDomainMapping', 'binaryMediaTypes', 'endpointTypes', 'endpointConfiguration', 'securityGroups', 'currentVersionOptions',
];
const NAME = new RegExp(`(\`|\\.)(${NAMES.join('|')})(?=\`|\\b[(:\\s.])`, 'g');

/** A message as the program's own language writes names and commands, as far as that is known. */
export function inCallersLanguage(message: string): string {
  if (!process.env.JSII_AGENT?.startsWith('Python/')) return message;
  return message.replace(/\bnpx cdk-fastapi\b/g, 'cdk-fastapi')
    .replace(NAME, (_, before: string, name: string) => `${before}${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`);
}
