import type { Bundle, BundleRequest } from './bundle';
import { notInThisVersion } from '../private/not-in-this-version';

export function bundlePrebuilt(_request: BundleRequest, _directory: string): Bundle {
  throw notInThisVersion('PythonBundling.prebuilt');
}
