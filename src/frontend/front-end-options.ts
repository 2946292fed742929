import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type { PriceClass } from 'aws-cdk-lib/aws-cloudfront';

/** How the front end of an app is deployed, where the defaults do not do. */
export interface FrontEndOptions {
  /**
   * Names of the front end's own. They need a `certificate`, and records in DNS that lead to the `distribution`.
   *
   * @default - the name that CloudFront gives
   */
  readonly domainNames?: string[];

  /**
   * Certificate for `domainNames`, of the region us-east-1.
   *
   * @default - CloudFront's own
   */
  readonly certificate?: acm.ICertificate;

  /**
   * ARN of a web ACL of AWS WAF, of the scope CLOUDFRONT.
   *
   * @default - none
   */
  readonly webAclId?: string;

  /**
   * Where CloudFront answers.
   *
   * @default PriceClass.PRICE_CLASS_ALL
   */
  readonly priceClass?: PriceClass;

  /**
   * What happens to the bucket with the stack. Its content is built again from the project.
   *
   * @default RemovalPolicy.DESTROY with all objects
   */
  readonly removalPolicy?: RemovalPolicy;
}
