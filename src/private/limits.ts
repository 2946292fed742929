/** A limit of AWS, and where this library stops before it. */
export interface Limit {
  /** What is limited, as a table says it. */
  readonly what: string;
  /** AWS's value, in the unit that `what` names. */
  readonly aws: number;
  /** Where this library acts: AWS's value, or less, so that its user hears of it while there is room. */
  readonly ours: number;
  /** Whether AWS raises it for an account: passing it is no error then. */
  readonly raisable?: true;
  /** What this library does about it. */
  readonly action: string;
  /** The page of AWS that says so. */
  readonly source: string;
}

const CLOUDFORMATION = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html';
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const REST = 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html';
const HTTP = 'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html';
const STREAMS = 'https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html';

/**
 * Every limit of AWS that this library knows: nowhere else is one written down. The table of `docs/limits.md` and the columns of
 * `cdk-fastapi plan` are made from it.
 */
export const LIMITS = {
  resources: {
    what: 'resources of a template',
    aws: 500,
    ours: 480,
    action: 'error. Routes are one body and take none; above 60 isolated operations, or 400 resources in the stack, the functions stand in 20 nested stacks',
    source: CLOUDFORMATION,
  },
  hierarchyResources: {
    what: 'resources of a stack with those nested in it, changed in one operation',
    aws: 2_500,
    ours: 2_400,
    action: 'error. Above 600 isolated operations the functions of a nested stack share a log group; `snapStart` is refused there',
    source: CLOUDFORMATION,
  },
  bytes: {
    what: 'bytes of a template',
    aws: 1_000_000,
    ours: 900_000,
    action: 'error with the share of the routes. `suppressTemplateIndentation: true` on the stack saves more than a third, `catchAll: true` the preflight routes',
    source: CLOUDFORMATION,
  },
  outputs: { what: 'outputs of a template', aws: 200, ours: 190, action: 'error', source: CLOUDFORMATION },
  parameters: { what: 'parameters of a template', aws: 200, ours: 190, action: 'error', source: CLOUDFORMATION },
  rolePolicyBytes: {
    what: 'bytes of all inline policies of a role',
    aws: 10_240,
    ours: 9_728,
    action: 'error. Two roles for each nested stack invoke its functions',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
  },
  functionPolicyBytes: {
    what: 'bytes of the resource policy of a function',
    aws: 20_480,
    ours: 20_480,
    action: 'one permission for each function and API instead of one for each method; nested functions are invoked by roles',
    source: LAMBDA,
  },
  restResources: {
    what: 'resources of a REST API', aws: 300, ours: 300, raisable: true, action: 'warning `route-quota`', source: REST,
  },
  httpRoutes: {
    what: 'routes of an HTTP API', aws: 300, ours: 300, raisable: true, action: 'warning `route-quota`', source: HTTP,
  },
  httpIntegrations: { what: 'integrations of an HTTP API', aws: 300, ours: 300, action: 'error', source: HTTP },
  restSeconds: {
    what: 'seconds until a REST API has to have an answer', aws: 29, ours: 29, raisable: true, action: 'warning where a function or an integration may take longer', source: REST,
  },
  httpSeconds: {
    what: 'seconds until an HTTP API has to have an answer', aws: 30, ours: 30, action: 'warning where a function may take longer', source: HTTP,
  },
  restStreamSeconds: {
    what: 'seconds of a stream through a REST API', aws: 900, ours: 900, action: 'the default timeout of streaming operations', source: STREAMS,
  },
  edgeSilenceSeconds: {
    what: 'seconds of silence in a stream through an edge-optimized endpoint', aws: 30, ours: 30, action: 'REGIONAL by default; warning with EDGE', source: STREAMS,
  },
  payloadMebibytes: {
    what: 'MiB of a buffered request or answer of a function', aws: 6, ours: 6, action: 'none: not known at synth; `local` answers as AWS does', source: LAMBDA,
  },
  apiRequestMebibytes: {
    what: 'MiB of a request to an API', aws: 10, ours: 10, action: 'none: not known at synth; `local` answers as AWS does', source: REST,
  },
  headerBytes: {
    what: 'bytes of all header lines of a request', aws: 10_240, ours: 10_240, action: 'none: not known at synth; `local` answers as AWS does', source: REST,
  },
  bundleMebibytes: {
    what: 'MiB of a bundle, unzipped, layers included', aws: 250, ours: 250, action: 'error that names the largest packages', source: LAMBDA,
  },
  imageGibibytes: { what: 'GiB of an image, uncompressed', aws: 10, ours: 10, action: 'error for what is written into its context', source: LAMBDA },
  functionLayers: {
    what: 'layers of a function',
    aws: 5,
    ours: 5,
    action: 'error that counts those of the user, of the packages, of the Lambda Web Adapter and of the CDK\'s own options',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html',
  },
  codeStorageGibibytes: {
    what: 'GiB of the packages of all functions, versions and layers of a region',
    aws: 75,
    ours: 75,
    raisable: true,
    action: '`cdk-fastapi plan` shows what an app takes; `DependencyPlacement.LAYER` stores the packages once, images take none of it',
    source: LAMBDA,
  },
  functionSeconds: { what: 'seconds that a function runs', aws: 900, ours: 900, action: 'error', source: LAMBDA },
  snapStartStorageMebibytes: {
    what: 'MiB of `/tmp` with SnapStart',
    aws: 512,
    ours: 512,
    action: 'error; also for Python before 3.12, EFS and provisioned concurrency, which SnapStart does not support',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-runtimes',
  },
} as const satisfies Record<string, Limit>;

/** Where this library stops by itself: what is beyond comes from a mistake, and would end in a crash or not at all. */
export const OWN_LIMITS = {
  /** Characters of a route's path: the CDK's own limit for HTTP APIs. Request lines with their headers have 10,240 bytes. */
  pathCharacters: 1_000,
  /** Levels of a document: FastAPI's own have about twenty. */
  documentLevels: 500,
  /** Seconds of one run of uv or Docker; `CDK_FASTAPI_TOOL_TIMEOUT` says otherwise. */
  toolSeconds: 900,
} as const;

/** The limits of how an app is packed. */
export const PACKING_LIMITS = ['bundleMebibytes', 'imageGibibytes', 'functionLayers', 'codeStorageGibibytes', 'functionSeconds', 'snapStartStorageMebibytes'] as const;

/**
 * The table of limits, as `docs/limits.md` has it.
 *
 * @param names those that it has, by default all
 */
export function limitsTable(names: readonly (keyof typeof LIMITS)[] = Object.keys(LIMITS) as (keyof typeof LIMITS)[]): string {
  const rows = names.map((name): Limit => LIMITS[name]).map(({ what, aws, ours, raisable, action, source }) => {
    const allowed = raisable ? `${number(aws)}, can be raised` : number(aws);
    return `| ${what} | [${allowed}](${source}) | ${ours === aws ? '' : `above ${number(ours)}: `}${action} |`;
  });
  return ['| limit | AWS | here |', '|---|---|---|', ...rows].join('\n');
}

function number(value: number): string {
  return value.toLocaleString('en');
}
