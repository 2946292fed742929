import type { Bundle, BundleRequest } from './bundle';
import type { UvBundlingOptions } from './uv-bundling-options';
import { notInThisVersion } from '../private/not-in-this-version';

export function bundleWithUv(_request: BundleRequest, _options: UvBundlingOptions): Bundle {
  throw notInThisVersion('PythonBundling.uv');
}
