import { CfnOutput, Stack } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { functionUrlCors } from './cors';
import { corsOfApp } from '../access/app-cors';
import type { FastApiCorsOptions } from '../access/cors-options';
import { CorsPolicy } from '../access/cors-policy';
import { RuntimeConfig } from '../access/runtime-config';
import { restrictCors } from '../api/bound-operations';
import { checkProps } from '../api/check-props';
import type { FastApiApp } from '../app/fast-api-app';
import { checkFunctionOptions, FUNCTION_OPTIONS } from '../functions/function-options';
import { liveAlias, OperationFunction } from '../functions/operation-function';
import { checkStreamingOptions, streamingOptions } from '../functions/streaming-function';
import { errorIn, FastApiError, inConstruct } from '../private/errors';

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
   * @default - the app's own `CORSMiddleware`, as far as a function URL supports its settings; without one, pages of every
   * origin, without credentials
   */
  readonly cors?: FastApiCorsOptions;

  /**
   * The layer version that holds the Lambda Web Adapter.
   *
   * @default - version 30 (Lambda Web Adapter 1.1.0) of the layer that its maintainers publish, for the app's
   * architecture; there is none in GovCloud and the isolated partitions, and in China only for x86_64
   */
  readonly adapterLayerArn?: string;

  /**
   * Key of the URL in the runtime configuration.
   *
   * @default - the construct id
   */
  readonly runtimeConfigKey?: string;
}

/** Where the properties are declared. */
const PROPS = [{ file: 'function-url/fast-api-streaming-function-url', name: 'FastApiStreamingFunctionUrlProps' }, ...FUNCTION_OPTIONS] as const;

/**
 * A FastAPI app behind a Lambda function URL that streams its responses, protected by IAM.
 *
 * The app runs as it does on a server, in uvicorn beside the Lambda Web Adapter. One function serves every operation,
 * for 30 seconds at most (`timeout`, up to 15 minutes), and the URL is the output `<construct id>Url` of the stack.
 * With `snapStart` or `currentVersionOptions` the URL belongs to `alias`, that of the newest version, and functions registered with
 * `snapshot_restore_py` are called as in every Python function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 * @example
 * const app = FastApiApp.fromDirectory('packages/my_chat');
 * const chat = new FastApiStreamingFunctionUrl(this, 'Chat', { app, timeout: Duration.minutes(5) });
 * chat.grantInvokeAccess(new iam.AccountPrincipal('123456789012'));
 */
export class FastApiStreamingFunctionUrl extends Construct {
  /** The function that runs the app. */
  public readonly handler: lambda.Function;

  /**
   * The alias `live` of the function's newest version, which the URL invokes: for CodeDeploy and provisioned concurrency.
   *
   * @default - none: the function has neither `snapStart` nor `currentVersionOptions`
   */
  public readonly alias?: lambda.Alias;

  /** The function URL. */
  public readonly functionUrl: lambda.FunctionUrl;

  private readonly cors: CorsPolicy | undefined;

  constructor(scope: Construct, id: string, props: FastApiStreamingFunctionUrlProps) {
    super(scope, id);
    try {
      checkProps(this, props, { construct: 'FastApiStreamingFunctionUrl', sources: PROPS });
      const { app, auth = lambda.FunctionUrlAuthType.AWS_IAM, cors, adapterLayerArn, runtimeConfigKey, ...options } = props;
      checkFunctionOptions(app, options, 'the function', true);
      checkStreamingOptions(app, options, 'the function');
      const streaming = streamingOptions(this, app, adapterLayerArn);
      // With `cors`, the app's document is not read.
      this.cors = cors ? CorsPolicy.of(this, cors) : corsOfApp(this, { document: app._document, stated: cors, decider: 'gateway', catchAll: true });

      // The function gets no origins: the URL adds the CORS headers, and a browser refuses a response that has them twice.
      const environment = { POWERTOOLS_SERVICE_NAME: id, POWERTOOLS_METRICS_NAMESPACE: id, ...this.cors && { CDK_FASTAPI_CORS_BY_URL: 'true' } };
      const made = new OperationFunction(this, 'Function', { app, options, environment, streaming });
      this.handler = made.handler;
      if (cors === undefined) app._warnOfMissingVariables(this, [this.handler]);
      this.alias = liveAlias(made.handler);
      this.functionUrl = made.invoked.addFunctionUrl({
        authType: auth,
        invokeMode: lambda.InvokeMode.RESPONSE_STREAM,
        cors: this.cors && functionUrlCors(this.cors),
      });
      this.addOutput();
      RuntimeConfig.ensure(this)._register(runtimeConfigKey ?? id, this.url);
    } catch (error) {
      throw errorIn(this, error);
    }
  }

  /** The URL, with a trailing slash. */
  public get url(): string {
    return this.functionUrl.url;
  }

  /**
   * Lets a role, user or service call the URL: the two permissions that a function URL needs.
   *
   * @param grantee who may call
   * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
   */
  public grantInvokeAccess(grantee: iam.IGrantable): iam.Grant {
    if (this.functionUrl.authType !== lambda.FunctionUrlAuthType.AWS_IAM) {
      throw errorIn(this, new FastApiError(
        '`grantInvokeAccess` works for a URL that IAM protects, got: `auth` NONE, with which everybody may call it; remove the grant, or leave `auth` out',
      ));
    }
    return this.functionUrl.grantInvokeUrl(grantee);
  }

  /**
   * Lets only pages of some origins call the URL from a browser.
   *
   * @param origins origins such as `https://www.example.com`, or CloudFront distributions
   */
  public restrictCorsTo(...origins: (string | cloudfront.IDistribution)[]): void {
    inConstruct(this, () => restrictCors(this.cors, origins));
  }

  /** The output's logical id is made of construct ids without a hash, so that a reader of a deployment's outputs can predict it. */
  private addOutput(): void {
    const ids = this.node.scopes.slice(this.node.scopes.indexOf(Stack.of(this)) + 1).map(({ node }) => node.id);
    new CfnOutput(this, 'Url', { value: this.url }).overrideLogicalId(`${ids.join('').replace(/[^A-Za-z0-9]/g, '')}Url`);
  }
}
