import { join } from 'node:path';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { FastApiApp, FastApiRestApi } from 'cdk-fastapi';

/** Settings of the example that its tests and the demo change. */
export interface BookshopStackProps extends StackProps {
  /** Python runtime of the functions. Default: what the project allows. */
  readonly runtime?: Runtime;
  /** Environment variables of every function. */
  readonly environment?: Record<string, string>;
}

/** The bookshop as a REST API: one function per operation, IAM auth. */
export class BookshopStack extends Stack {
  public constructor(scope: Construct, id: string, props: BookshopStackProps = {}) {
    super(scope, id, props);

    const app = FastApiApp.fromDirectory(join(__dirname, '..', 'bookshop'), { runtime: props.runtime });
    const api = new FastApiRestApi(this, 'Bookshop', {
      app,
      catchAll: true, // serves /docs and the mounted sub-application too
      functionOptions: { environment: props.environment },
    });

    new CfnOutput(this, 'BookshopApiUrl', { value: api.url });
  }
}
