import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Authorize } from './connection';

type SignerOptions = ConstructorParameters<typeof SignatureV4>[0];

export interface IamOptions {
  /** AWS credentials, or a function that gives those of the moment, such as a credential provider of the AWS SDK. */
  readonly credentials: SignerOptions['credentials'];
  /** Default: as the host of the API says; a custom domain does not say. */
  readonly region?: string;
  /** `execute-api` for API Gateway, `lambda` for function URLs. Default: as the host of the API says, else `execute-api`. */
  readonly service?: 'execute-api' | 'lambda';
}

/** Hosts of API Gateway and of function URLs, in every partition. */
const HOSTS = [
  { service: 'execute-api', pattern: /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/ },
  { service: 'lambda', pattern: /\.lambda-url\.([a-z0-9-]+)\.on\.aws$/ },
] as const;

/**
 * Signs requests with AWS credentials, for APIs and function URLs whose authorization is IAM.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function iam(options: IamOptions): Authorize {
  return async (request) => {
    if (request.headers.has('authorization')) throw new Error(`a signed request must have no Authorization of its own, got one: ${request.method} ${new URL(request.url).pathname}`);
    const url = new URL(request.url);
    const body = new Uint8Array(await request.clone().arrayBuffer());
    const { headers } = await signer(options, url.hostname).sign({
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port !== '' && { port: Number(url.port) }),
      path: url.pathname,
      query: queryOf(url),
      // The browser adds headers of its own later, so those of the request stay unsigned but for its type.
      headers: { host: url.host, ...contentType(request) },
      body,
    });
    const signed = new Request(request);
    // `fetch` gives every request its host.
    for (const [name, value] of Object.entries(headers)) if (name !== 'host') signed.headers.set(name, value);
    return signed;
  };
}

function signer({ credentials, ...options }: IamOptions, host: string): SignatureV4 {
  const known = HOSTS.map(({ service, pattern }) => ({ service, region: pattern.exec(host)?.[1] })).find(({ region }) => region !== undefined);
  const region = options.region ?? known?.region;
  if (region === undefined) throw new Error(`\`region\` must be given for a host that does not name it, got: ${host}`);
  return new SignatureV4({ service: options.service ?? known?.service ?? 'execute-api', region, credentials, sha256: Sha256 });
}

function contentType(request: Request): Record<string, string> {
  const type = request.headers.get('content-type');
  return type === null ? {} : { 'content-type': type };
}

/** A parameter may come several times. */
function queryOf(url: URL): Record<string, string[]> {
  const query = new Map<string, string[]>();
  for (const [name, value] of url.searchParams) query.set(name, [...query.get(name) ?? [], value]);
  return Object.fromEntries(query);
}
