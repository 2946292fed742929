import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import type { GrantInvokeOptions } from '../access/grant-invoke-options';
import type { RestApiAuth } from '../access/rest-api-auth';
import type { FastApiApp } from '../app/fast-api-app';
import type { BoundRestApiIntegration } from '../integrations/bound-rest-api-integration';
import type { DefaultRestApiIntegrationsOptions } from '../integrations/default-integrations-options';
import type { RestApiIntegration } from '../integrations/rest-api-integration';
import type { RestApiIntegrationBuilder } from '../integrations/rest-api-integration-builder';
import type { FastApiOperation } from '../operations/operation';
import { notInThisVersion } from '../private/not-in-this-version';
import type { FastApiApiOptions } from './fast-api-api-options';

/** Properties of `FastApiRestApi`: those of the CDK's `RestApi` and the app's own. */
export interface FastApiRestApiProps extends apigateway.RestApiProps, FastApiApiOptions {
  /**
   * What answers each operation, by name or qualified name: what a builder made, or an explicit map
   * that names every operation.
   *
   * @default FastApiRestApi.defaultIntegrations(scope, app)
   */
  readonly integrations?: Record<string, RestApiIntegration>;

  /**
   * Who may call the API.
   *
   * @default RestApiAuth.iam()
   */
  readonly auth?: RestApiAuth;
}

/**
 * A FastAPI app as a REST API: one route and one Lambda function per operation, protected by IAM.
 */
export class FastApiRestApi extends Construct {
  /**
   * The integrations that the API has by default, as a builder that changes them.
   *
   * @param _scope the scope that the API will have
   * @param _app the FastAPI project
   * @param _options pattern, router, factory
   */
  public static defaultIntegrations(_scope: Construct, _app: FastApiApp, _options: DefaultRestApiIntegrationsOptions = {}): RestApiIntegrationBuilder {
    throw notInThisVersion('FastApiRestApi.defaultIntegrations');
  }

  /** The CDK's API. Routes added to it are deployed too. */
  public readonly api: apigateway.RestApi;

  /** The operations of the app, in the order of its document. */
  public readonly operations: FastApiOperation[];

  /** What answers each operation, by name where that is unambiguous, else by qualified name. */
  public readonly integrations: Record<string, BoundRestApiIntegration>;

  /** The function that answers all operations in the shared pattern. */
  public readonly router: lambda.Function | undefined;

  constructor(scope: Construct, id: string, _props: FastApiRestApiProps) {
    super(scope, id);
    throw notInThisVersion('FastApiRestApi');
  }

  /** The URL of the API's stage, with a trailing slash. */
  public get url(): string {
    throw notInThisVersion('url');
  }

  /**
   * What answers one operation.
   *
   * @param _name name or qualified name; an unknown one is an error that lists the nearest
   */
  public integration(_name: string): BoundRestApiIntegration {
    throw notInThisVersion('integration');
  }

  /**
   * The function of one operation. An error where the operation was overridden.
   *
   * @param _name name or qualified name
   */
  public handler(_name: string): lambda.Function {
    throw notInThisVersion('handler');
  }

  /**
   * Lets a role, user or service invoke the API, or some of its operations.
   *
   * @param _grantee who may call
   * @param _options which operations
   */
  public grantInvokeAccess(_grantee: iam.IGrantable, _options: GrantInvokeOptions = {}): iam.Grant {
    throw notInThisVersion('grantInvokeAccess');
  }

  /**
   * Lets only pages of some origins call the API from a browser: preflight, gateway errors and the
   * app's own errors included.
   *
   * @param _origins origins such as `https://www.example.com`, or CloudFront distributions
   */
  public restrictCorsTo(..._origins: (string | cloudfront.IDistribution)[]): void {
    throw notInThisVersion('restrictCorsTo');
  }
}
