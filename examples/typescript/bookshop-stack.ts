import { join } from 'node:path';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { FastApiApp, FastApiRestApi, type FastApiAppOptions, RuntimeConfig } from 'cdk-fastapi';

/** Settings of the example that its tests and the demo change. */
export interface BookshopStackProps extends StackProps {
  /** Python runtime of the functions. Default: what the project allows. */
  readonly runtime?: Runtime;
  /** Architecture of the functions. Default: x86_64. */
  readonly architecture?: FastApiAppOptions['architecture'];
}

/**
 * The bookshop as a REST API: one function per operation. Callers sign their requests with AWS credentials. The shop's
 * own sign-in uses the same header: to put the API before browsers, say `auth: RestApiAuth.none()`.
 */
export class BookshopStack extends Stack {
  public constructor(scope: Construct, id: string, props: BookshopStackProps = {}) {
    super(scope, id, props);

    const app = FastApiApp.fromDirectory(join(__dirname, '..', 'bookshop'), { runtime: props.runtime, architecture: props.architecture });

    const api = new FastApiRestApi(this, 'Bookshop', {
      app,
      catchAll: true, // serves /docs and the mounted sub-application too
      integrations: FastApiRestApi.defaultIntegrations(this, app)
        .withDefaultOptions({ environment: { BOOKSHOP_DATABASE: '/tmp/bookshop.sqlite3' } })
        .withOperationOptions('downloadCatalogue', { memorySize: 2048, timeout: Duration.seconds(20) })
        .build(),
    });

    // One operation may read secrets, the others may not.
    api.handler('placeOrder').addToRolePolicy(new PolicyStatement({ actions: ['ssm:GetParameter'], resources: ['*'] }));

    // A partner may read books, and nothing else.
    const partner = new Role(this, 'Partner', { assumedBy: new AccountRootPrincipal() });
    api.grantInvokeAccess(partner, { operations: ['listBooks', 'readBook'] });

    new CfnOutput(this, 'BookshopUrl', { value: RuntimeConfig.ensure(this).config.apis.Bookshop });
  }
}
