import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FastApiCorsOptions } from '../access/cors-options';
import type { FastApiApp } from '../app/fast-api-app';
import { notInThisVersion } from '../private/not-in-this-version';

/** Properties of `FastApiStreamingFunctionUrl`: those of a Lambda function and the app's own. */
export interface FastApiStreamingFunctionUrlProps extends lambda.FunctionOptions {
  /** The FastAPI project. */
  readonly app: FastApiApp;

  /**
   * Who may call the URL: `AWS_IAM`, or `NONE` for everybody.
   *
   * @default lambda.FunctionUrlAuthType.AWS_IAM
   */
  readonly auth?: lambda.FunctionUrlAuthType;

  /**
   * Which web pages may call the URL from a browser.
   *
   * @default - pages of every origin, without credentials
   */
  readonly cors?: FastApiCorsOptions;

  /**
   * The layer version that holds the Lambda Web Adapter.
   *
   * @default - version 30 (Lambda Web Adapter 1.1.0) of the layer that its maintainers publish, for the function's architecture
   */
  readonly adapterLayerArn?: string;

  /**
   * Key of the URL in the runtime configuration.
   *
   * @default - the construct id
   */
  readonly runtimeConfigKey?: string;
}

/** A FastAPI app behind a Lambda function URL that streams its responses, protected by IAM. */
export class FastApiStreamingFunctionUrl extends Construct {
  /** The function that runs the app. */
  public readonly handler: lambda.Function;

  /** The function URL. */
  public readonly functionUrl: lambda.FunctionUrl;

  constructor(scope: Construct, id: string, _props: FastApiStreamingFunctionUrlProps) {
    super(scope, id);
    throw notInThisVersion('FastApiStreamingFunctionUrl');
  }

  /** The URL, with a trailing slash. */
  public get url(): string {
    throw notInThisVersion('url');
  }

  /**
   * Lets a role, user or service call the URL: the two permissions that a function URL needs.
   *
   * @param _grantee who may call
   * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
   */
  public grantInvokeAccess(_grantee: iam.IGrantable): iam.Grant {
    throw notInThisVersion('grantInvokeAccess');
  }
}
