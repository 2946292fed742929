import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type { PriceClass } from 'aws-cdk-lib/aws-cloudfront';

/** Options for the deployment of an app's front end. */
export interface FrontEndOptions {
  /**
   * Custom domain names. They need a `certificate`, and DNS records that point to the `distribution`.
   *
   * @default - the domain name that CloudFront assigns
   */
  readonly domainNames?: string[];

  /**
   * Certificate for `domainNames`, in the region us-east-1.
   *
   * @default - CloudFront's own
   */
  readonly certificate?: acm.ICertificate;

  /**
   * ARN of an AWS WAF web ACL with the scope CLOUDFRONT.
   *
   * @default - none
   */
  readonly webAclId?: string;

  /**
   * The price class, which decides the edge locations that CloudFront uses.
   *
   * @default PriceClass.PRICE_CLASS_ALL
   */
  readonly priceClass?: PriceClass;

  /**
   * Removal policy of the bucket. Its content can be built again from the project.
   *
   * @default RemovalPolicy.DESTROY with all objects
   */
  readonly removalPolicy?: RemovalPolicy;
}
