import * as path from 'path';
import { CfnElement, Duration, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3deploy from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { apiPathPatterns } from './api-paths';
import type { FrontEndApi } from './front-end-api';
import { FRONT_END_METADATA } from './front-end-metadata';
import type { FrontEndOptions } from './front-end-options';
import { hasHashedName } from './hashed-names';
import { readSites, type Site } from './site';
import { requestFunction, responseFunction } from './viewer-function';
import { RuntimeConfig } from '../access/runtime-config';

const A_YEAR = Duration.days(365);

/**
 * The front end that an app declares, in a bucket behind CloudFront, with the API under the same origin.
 */
export class FrontEnd extends Construct {
  /**
   * Checks the directories, and creates the bucket and the distribution. `_deploy` adds the files.
   *
   * @internal
   */
  public static _make(scope: Construct, api: FrontEndApi, options: FrontEndOptions): FrontEnd {
    return new FrontEnd(scope, 'FrontEnd', readSites(api.app._document.facts.sites, api.app._source.entry), api, options);
  }

  /** The bucket with the files, which only the distribution may read. */
  public readonly bucket: s3.Bucket;

  /** The distribution in front of the bucket and the API. Behaviors that are added to it precede the default one. */
  public readonly distribution: cloudfront.Distribution;

  /** URL of the front end and of the API, with a trailing slash. */
  public readonly url: string;

  /**
   * The paths of the front ends.
   *
   * @internal
   */
  public get _paths(): string[] {
    return this.sites.map((site) => site.path);
  }

  private constructor(scope: Construct, id: string, private readonly sites: readonly Site[], api: FrontEndApi, options: FrontEndOptions) {
    super(scope, id);
    const { removalPolicy = RemovalPolicy.DESTROY, domainNames, certificate, webAclId, priceClass } = options;
    const patterns = this.apiPatterns(api);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      encryption: s3.BucketEncryption.S3_MANAGED,
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
    const toApi = apiBehavior(api);
    const root = sites.find((site) => site.path === '/');
    const behaviors = new Map<string, cloudfront.BehaviorOptions>(patterns.map((pattern) => [pattern, toApi]));
    // Longer paths first, because CloudFront uses the first pattern that matches.
    for (const site of [...sites].filter((each) => each !== root).sort((a, b) => b.path.length - a.path.length)) {
      const behavior = this.siteBehavior(site);
      behaviors.set(site.path, behavior);
      behaviors.set(`${site.path}/*`, behavior);
    }
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      defaultBehavior: root === undefined ? toApi : this.siteBehavior(root),
      defaultRootObject: root?.index && !patterns.includes('/') ? 'index.html' : undefined,
      additionalBehaviors: Object.fromEntries(behaviors),
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      comment: `${Stack.of(this).stackName} ${scope.node.id}`.slice(0, 128),
      domainNames,
      certificate,
      webAclId,
      priceClass,
    });
    this.url = `https://${domainNames?.[0] ?? this.distribution.distributionDomainName}/`;
    this.record(api, patterns);
  }

  /**
   * Deploys the files and the runtime configuration to the bucket.
   *
   * @internal
   */
  public _deploy(): void {
    const nested = this.sites.filter((site) => site.path !== '/').map((site) => `${site.path.slice(1)}/*`);
    for (const site of this.sites) {
      const key = site.path === '/' ? '' : site.path.slice(1);
      const id = constructIdOf(site);
      const hashed = site.files.filter(hasHashedName).map(escaped);
      const config = key === '' || !this.sites.some(({ path: each }) => each === '/');
      const shared = { destinationBucket: this.bucket, destinationKeyPrefix: key, memoryLimit: 512 };
      // Files with hashed names are never pruned, because open pages still request old ones, and are deployed before the pages that refer to them.
      const kept = hashed.length === 0 ? undefined : new s3deploy.BucketDeployment(this, `Hashed${id}`, {
        ...shared,
        sources: [s3deploy.Source.asset(site.directory)],
        exclude: ['*'],
        include: hashed,
        prune: false,
        cacheControl: [s3deploy.CacheControl.setPublic(), s3deploy.CacheControl.maxAge(A_YEAR), s3deploy.CacheControl.immutable()],
      });
      const pages = new s3deploy.BucketDeployment(this, `Pages${id}`, {
        ...shared,
        sources: [s3deploy.Source.asset(site.directory), ...config ? [RuntimeConfig.ensure(this).bucketSource()] : []],
        exclude: [...hashed, ...key === '' ? nested : []],
        cacheControl: [s3deploy.CacheControl.noCache()],
        distribution: this.distribution,
        distributionPaths: [`${site.path === '/' ? '' : site.path}/*`],
      });
      if (kept !== undefined) pages.node.addDependency(kept);
    }
  }

  private apiPatterns({ app, operations, catchAll }: FrontEndApi): string[] {
    if (!this.sites.some((site) => site.path === '/')) return [];
    const { hidden, mounts } = app._document.facts;
    const isSite = (each: string): boolean => this.sites.some((site) => site.path === each);
    const unlisted = catchAll ? [...hidden.map((route) => route.path), ...mounts.filter((mount) => !isSite(mount.path || '/')).map((mount) => `${mount.path}/`)] : [];
    return apiPathPatterns(operations, unlisted, 2 * (this.sites.length - 1));
  }

  private siteBehavior(site: Site): cloudfront.BehaviorOptions {
    const id = constructIdOf(site);
    const made = (name: string, code: string): cloudfront.Function => new cloudfront.Function(this, `${name}${id}`, {
      code: cloudfront.FunctionCode.fromInline(code), runtime: cloudfront.FunctionRuntime.JS_2_0,
    });
    const associations = [{ function: made('Request', requestFunction(site)), eventType: cloudfront.FunctionEventType.VIEWER_REQUEST }];
    if (site.fallback === '404.html') associations.push({ function: made('Response', responseFunction(site)), eventType: cloudfront.FunctionEventType.VIEWER_RESPONSE });
    return {
      // With the permission to list, S3 answers 404 for a missing file instead of 403.
      origin: origins.S3BucketOrigin.withOriginAccessControl(this.bucket, {
        originAccessLevels: [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST],
      }),
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy: cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS,
      functionAssociations: associations,
    };
  }

  /** Writes the sites and path patterns into the assembly's manifest, not into the template, for the local server. */
  private record(api: FrontEndApi, patterns: readonly string[]): void {
    const assembly = Stage.of(this)?.outdir;
    const resource = this.distribution.node.defaultChild;
    const cfnApi = api.resource.node.defaultChild;
    if (assembly === undefined || resource === undefined || !CfnElement.isCfnElement(cfnApi)) return;
    const sites = this.sites.map(({ directory, files: _files, ...site }) => ({
      ...site, directory: path.relative(assembly, directory).split(path.sep).join('/'),
    }));
    resource.node.addMetadata(FRONT_END_METADATA, { api: Stack.of(cfnApi).getLogicalId(cfnApi), patterns, sites }, { stackTrace: false });
  }
}

function apiBehavior({ domainName, originPath }: FrontEndApi): cloudfront.BehaviorOptions {
  return {
    origin: new origins.HttpOrigin(domainName, {
      originPath, protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY, originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
    }),
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
    cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
    // Without the viewer's `Host`, because API Gateway chooses the API by that header.
    originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  };
}

/** A part of construct ids that is different for each path. The CDK would replace a slash by characters that another path may have. */
function constructIdOf(site: Site): string {
  return site.path.slice(1).replaceAll('/', ' ');
}

/** A file's name, escaped for the filters of `aws s3 sync`. */
function escaped(file: string): string {
  return file.replace(/[[\]*?]/g, '[$&]');
}
