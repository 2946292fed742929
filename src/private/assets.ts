import * as path from 'path';

// `src/private` and `lib/private` lie equally deep below the package's root.
const PACKAGE_ROOT = path.resolve(__dirname, '..', '..');

/** The Python that goes into bundles and reads apps. */
export const RUNTIME_DIRECTORY = path.join(PACKAGE_ROOT, 'runtime');

/** The Python package that goes to the root of a bundle. */
export const RUNTIME_PACKAGE_DIRECTORY = path.join(RUNTIME_DIRECTORY, 'cdk_fastapi_runtime');

/** The project that `cdk-fastapi new` writes. */
export const TEMPLATE_DIRECTORY = path.join(PACKAGE_ROOT, 'python-template');

/** The page of the local server. */
export const LOCAL_PAGE_DIRECTORY = path.join(PACKAGE_ROOT, 'local-page');

/** What is written beside a generated client, and what runs its generator. */
export const CLIENT_TEMPLATE_DIRECTORY = path.join(PACKAGE_ROOT, 'client-template');
