import { Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FastApiApp } from '../app/fast-api-app';
import { FastApiError } from '../private/errors';
import { LIMITS } from '../private/limits';

/** Id of the construct in a stack that contains the layers with the packages of apps. */
const LAYERS_ID = 'FastApiDependencies';

/** A layer with the packages of an app. */
export interface DependencyLayer {
  readonly layer: lambda.ILayerVersion;
  /** Hash of its content. */
  readonly hash: string;
}

const made = new WeakMap<Construct, Map<string, DependencyLayer>>();

/**
 * The layer with the packages of an app: one for each content in a stack, which nested stacks receive as a parameter. It is
 * a child of the stack instead of an API, so that APIs of one app do not depend on one another. `undefined` if the packages
 * are in the bundle of each function.
 *
 * @param scope a construct of the stack of the function
 */
export function dependencyLayer(scope: Construct, app: FastApiApp): DependencyLayer | undefined {
  const source = app._layerCode(scope);
  if (source === undefined) return undefined;
  const stack = outermost(Stack.of(scope));
  const layers = holder(stack);
  const known = made.get(layers) ?? new Map<string, DependencyLayer>();
  made.set(layers, known);
  // The runtime and the architecture are part of the key, because layers without bytecode may have the same hash for several of them.
  const key = [source.hash, app._runtime.name, app._architecture.name, source.removalPolicy].join(' ');
  const found = known.get(key);
  if (found !== undefined) return found;
  const layer = new lambda.LayerVersion(layers, freeId(layers, source.name), {
    code: source.code(),
    description: `Dependencies of ${source.name}`,
    compatibleRuntimes: [app._runtime],
    compatibleArchitectures: [app._architecture],
    removalPolicy: source.removalPolicy,
  });
  const dependencies = { layer, hash: source.hash };
  known.set(key, dependencies);
  return dependencies;
}

/**
 * Refuses more layers than a function may have, before any construct exists.
 *
 * @param subject owner of the options, for the message
 * @param streams whether the function has the layer of the Lambda Web Adapter
 */
export function checkLayers(app: FastApiApp, options: lambda.FunctionOptions, subject: string, streams: boolean): void {
  const counted: readonly (readonly [string, number])[] = [
    ['`layers`', options.layers?.length ?? 0],
    ['the packages of the app', app._bundling._layer === undefined ? 0 : 1],
    ['the Lambda Web Adapter', streams ? 1 : 0],
    ['`telemetry` of FastApiApp', app._telemetry?._layerArns.length ?? 0],
    ['`insightsVersion`', options.insightsVersion === undefined ? 0 : 1],
    ['`adotInstrumentation`', options.adotInstrumentation === undefined ? 0 : 1],
    ['`paramsAndSecrets`', options.paramsAndSecrets === undefined ? 0 : 1],
  ];
  const total = counted.reduce((sum, [, count]) => sum + count, 0);
  if (total <= LIMITS.functionLayers.ours) return;
  const parts = counted.filter(([, count]) => count > 0).map(([what, count]) => `${count} by ${what}`).join(', ');
  throw new FastApiError(
    `${subject} must have ${LIMITS.functionLayers.ours} layers at most, got: ${total} (${parts}); put what the layers hold into one`
    + `${app._bundling._layer === undefined ? '' : ', or the packages into the function with `DependencyPlacement.PACKAGE`'}`,
  );
}

function outermost(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : outermost(stack.nestedStackParent);
}

function holder(stack: Stack): Construct {
  const found = stack.node.tryFindChild(LAYERS_ID);
  return found instanceof Construct ? found : new Construct(stack, LAYERS_ID);
}

/** The construct id of a layer: the name of the project, with a number if the stack has another app of that name. */
function freeId(layers: Construct, name: string): string {
  let id = name;
  for (let number = 2; layers.node.tryFindChild(id) !== undefined; number++) id = `${name} ${number}`;
  return id;
}
