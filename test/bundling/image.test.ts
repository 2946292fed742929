import * as fs from 'fs';
import * as path from 'path';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { Bundle, BundleRequest } from '../../src/bundling/bundle';
import { APPLICATION, DEPENDENCIES } from '../../src/bundling/image/dockerfile';
import type { ImageBundlingOptions } from '../../src/bundling/image/image-bundling-options';
import { PythonBundling } from '../../src/bundling/python-bundling';
import { listFiles, sha256 } from '../../src/private/hash';
import { lintDockerfile } from '../support/hadolint';
import { SMALL_APP, smallProject, temporaryCache, testPython } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

const cache = temporaryCache();
const python = testPython();
const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const PLATFORM = architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64';

const projects: TemporaryProject[] = [];
afterAll(() => projects.forEach((each) => each.remove()));

function project(files: Record<string, string> = {}, directory?: string): TemporaryProject {
  const made = smallProject({ 'requirements.txt': 'fastapi\n', ...files }, directory);
  projects.push(made);
  return made;
}

function bundle({ entry }: TemporaryProject, options: ImageBundlingOptions = {}, request: Partial<BundleRequest> = {}): Bundle {
  return PythonBundling.image(options)._bundle({ entry, entrypoint: 'main:app', runtime: python.minor, architecture, ...request });
}

function dockerfileOf(made: Bundle): string {
  return fs.readFileSync(path.join(made.image!.directory, 'Dockerfile'), 'utf8');
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
}

/** Every file of a directory with its mode and a hash of its bytes. */
function content(directory: string): string[] {
  return listFiles(directory).map((file) => {
    const absolute = path.join(directory, file);
    return `${file} ${(fs.statSync(absolute).mode & 0o777).toString(8)} ${sha256(fs.readFileSync(absolute))}`; // eslint-disable-line no-bitwise
  });
}

const shop = project();

describe('the context of an image', () => {
  test('has dependencies and application apart, and copies one after the other', () => {
    const made = bundle(shop);
    expect(fs.readdirSync(made.image!.directory).sort()).toEqual(['Dockerfile', APPLICATION, DEPENDENCIES]);
    expect(dockerfileOf(made)).toBe([
      `FROM public.ecr.aws/lambda/python:${python.minor}`,
      'COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.1.0 /lambda-adapter /opt/cdk-fastapi/lambda-adapter',
      'COPY dependencies/ /var/task/',
      'COPY application/ /var/task/',
      'CMD ["cdk_fastapi_runtime.handler.handler"]',
      '',
    ].join('\n'));
    const files = listFiles(made.image!.directory);
    expect(files).toEqual(expect.arrayContaining(['application/main.py', 'application/cdk_fastapi_runtime/handler.py', 'dependencies/fastapi/__init__.py', 'dependencies/uvicorn/__init__.py']));
    expect(files.some((file) => file.startsWith('application/fastapi/'))).toBe(false);
    expect(made).toMatchObject({ method: 'uv', files: files.length - 1, image: { platform: PLATFORM } });
    expect(made.packages[0].bytes).toBeGreaterThan(0);
    expect(made.packages.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(made.bytes);
  });

  test('is the same on every machine, to the byte and the mode: whatever umask, times, directory and cache', () => {
    const before = process.umask(0o077);
    const homes = ['a', 'b'].map((name) => path.join(cache, `machine-${name}`));
    try {
      const [first, second] = homes.map((home, index) => {
        process.umask(index === 0 ? 0o077 : 0o000);
        process.env.CDK_FASTAPI_CACHE = home;
        const made = project({ 'data/a.txt': 'a', 'run.sh': '#!/bin/sh\n' }, `checkout-${index}`);
        fs.chmodSync(path.join(made.entry, 'run.sh'), index === 0 ? 0o700 : 0o777);
        fs.utimesSync(path.join(made.entry, 'main.py'), 1e9 * (index + 1), 1e9 * (index + 1));
        return bundle(made).image!;
      });
      expect(second.hash).toBe(first.hash);
      expect(content(second.directory)).toEqual(content(first.directory));
    } finally {
      process.umask(before);
      process.env.CDK_FASTAPI_CACHE = cache;
    }
  });

  test('changes in the application alone when that is edited', () => {
    const made = project();
    const first = bundle(made);
    made.write({ 'main.py': `${SMALL_APP}# edited\n` });
    const edited = bundle(made);
    expect(edited.image!.hash).not.toBe(first.image!.hash);
    expect(content(path.join(edited.image!.directory, DEPENDENCIES))).toEqual(content(path.join(first.image!.directory, DEPENDENCIES)));
    expect(dockerfileOf(edited)).toBe(dockerfileOf(first));
  });

  test('takes what no zip file may hold: the message of one that is too large says so', () => {
    const made = project();
    const file = fs.openSync(path.join(made.entry, 'model.bin'), 'w');
    fs.ftruncateSync(file, 251 * 1024 * 1024);
    fs.closeSync(file);
    const request = { entry: made.entry, entrypoint: 'main:app', runtime: python.minor, architecture } as const;
    expect(refusal(() => PythonBundling.auto()._bundle(request)))
      .toMatch(/unzipped, got: \d+\.\d MB; the largest parts are the application \(251\.0 MB\), .*; remove dependencies, name files in `exclude`, or use `PythonBundling\.image\(\)`, which deploys the app as a container image of up to 10 GB$/);
    expect(bundle(made).bytes).toBeGreaterThan(251 * 1024 * 1024);
  });

  test('has another hash for another platform of the architecture', () => {
    const own = bundle(shop);
    const other = bundle(shop, { platform: Platform.custom(`${PLATFORM}/v9`) });
    expect(other.image).toMatchObject({ directory: own.image!.directory, platform: `${PLATFORM}/v9` });
    expect(other.image!.hash).not.toBe(own.image!.hash);
  });
});

describe('a directory that somebody else has filled', () => {
  test('gets the shim that it lacks', () => {
    const given = new TemporaryProject({ 'main.py': SMALL_APP, 'fastapi/__init__.py': '', 'uvicorn/__init__.py': '' });
    projects.push(given);
    const made = bundle(shop, { directory: given.entry });
    expect(listFiles(made.image!.directory)).toEqual(expect.arrayContaining(['application/main.py', 'application/cdk_fastapi_runtime/handler.py', 'application/cdk_fastapi_runtime/run.sh']));
    expect(dockerfileOf(made)).not.toContain('COPY dependencies/');
    expect(made.method).toBe('prebuilt');
  });

  test('is refused where it is missing, or has no module of the app', () => {
    expect(refusal(() => bundle(shop, { directory: 'nowhere' }))).toMatch(/^the directory of PythonBundling\.prebuilt must exist, got: /);
    const empty = new TemporaryProject({ 'other.py': '' });
    projects.push(empty);
    expect(refusal(() => bundle(shop, { directory: empty.entry }))).toMatch(/must hold the module of the app, got: .* without main$/);
  });
});

describe('the Dockerfile', () => {
  const OPTIONS: [string, ImageBundlingOptions, string?][] = [
    ['by default', {}],
    ['for Amazon Linux 2', {}, '3.11'],
    ['with packages of the system', { systemPackages: ['mesa-libGL', 'libstdc++', 'gtk3-3.24'] }],
    ['with packages of Amazon Linux 2', { systemPackages: ['mesa-libGL'] }, '3.11'],
    ['with a base image', { baseImage: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/base@sha256:'.concat('a'.repeat(64)), adapterImage: 'registry.example:5000/adapter:1' }],
    ['with instructions', { linesBefore: ['ENV A=1', 'RUN ["python3", "--version"]'], linesAfter: ['RUN ["python3", "-m", "compileall", "-q", "/var/task/main.py"]'] }],
  ];
  test.each(OPTIONS)('%s is what a linter asks for', (_, options, runtime = python.minor) => {
    const other = project({ 'main.py': SMALL_APP });
    // Of another version nothing needs to be installed for this.
    const given = new TemporaryProject({ 'main.py': SMALL_APP });
    projects.push(given);
    expect(lintDockerfile(dockerfileOf(bundle(other, { ...options, directory: given.entry }, { runtime })))).toBe('');
  });

  test('says what it installs, in one layer, before what changes more often', () => {
    const text = dockerfileOf(bundle(shop, { systemPackages: ['mesa-libGL', 'libpq'], linesBefore: ['ENV BEFORE=1'], linesAfter: ['ENV AFTER=1'] }));
    const lines = text.split('\n').filter((line) => !line.startsWith('#'));
    expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      `FROM public.ecr.aws/lambda/python:${python.minor}`, `RUN ${python.minor === '3.11' ? 'yum' : 'dnf'} install`, 'ENV BEFORE=1',
      'COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.1.0 /lambda-adapter', 'COPY dependencies/ /var/task/', 'COPY application/ /var/task/', 'ENV AFTER=1', 'CMD ["cdk_fastapi_runtime.handler.handler"]', '',
    ]);
    expect(text).toMatch(/install -y mesa-libGL libpq && (dnf|yum) clean all\n/);
  });

  test('asks a base image of one\'s own for its Python', () => {
    const text = dockerfileOf(bundle(shop, { baseImage: 'registry.example/own:1' }));
    expect(text).toMatch(/^FROM registry\.example\/own:1\n# .*\nRUN \["python3", "-c", ".*must have Python 3\.\d+ as python3, got: .*"\]\nENV LAMBDA_TASK_ROOT=\/var\/task\nWORKDIR \/var\/task\n/);
  });

  test.each<[string, ImageBundlingOptions, RegExp]>([
    ['a base image of another Python', { baseImage: 'public.ecr.aws/lambda/python:3.9' }, /^`baseImage` of PythonBundling\.image must have Python 3\.\d+, the `runtime` of the app, got: public\.ecr\.aws\/lambda\/python:3\.9; take the image/],
    ['a base image that is an instruction', { baseImage: 'a\nRUN rm -rf /' }, /^`baseImage` .* must be the full name of an image, such as .*, got: a\\u000aRUN rm -rf \/; write/],
    ['a base image with a variable', { baseImage: '${BASE}' }, /^`baseImage` .* got: \$\{BASE\}; write/],
    ['an adapter that is none', { adapterImage: 'a b' }, /^`adapterImage` .* got: a b; write/],
    ['a package that is an option', { systemPackages: ['--installroot=/'] }, /^`systemPackages` of PythonBundling\.image must be names of packages, such as mesa-libGL, got: --installroot=\/; other steps/],
    ['a package that is a command', { systemPackages: ['gdal; curl x|sh'] }, /^`systemPackages` .* got: gdal; curl x\|sh; other/],
    ['a package without a name', { systemPackages: [''] }, /^`systemPackages` .* got: an empty text; other/],
    ['another image', { linesBefore: ['FROM other'] }, /^`linesBefore` of PythonBundling\.image cannot have the instruction FROM, got: FROM other; name the image by `baseImage`/],
    ['another command', { linesAfter: ['cmd ["x"]'] }, /^`linesAfter` of PythonBundling\.image cannot have the instruction CMD, got: cmd \["x"\]; leave it out: the template says/],
    ['another architecture', { platform: architecture === 'arm64' ? Platform.LINUX_AMD64 : Platform.LINUX_ARM64 }, /^`platform` of PythonBundling\.image must be of the architecture that the app is bundled for, \w+, got: linux\/\w+; set `architecture` on FastApiApp/],
  ])('refuses %s', (_, options, message) => {
    expect(refusal(() => bundle(shop, options))).toMatch(message);
  });

  test('refuses all of it together', () => {
    expect(refusal(() => bundle(shop, { systemPackages: ['a b', '-y'], linesAfter: ['FROM x'] })).split('\n')).toHaveLength(3);
  });

  test('lets Python code of an instruction import what it will', () => {
    expect(dockerfileOf(bundle(shop, { linesBefore: ['RUN python3 <<EOF\nfrom os import path\nEOF'] }))).toContain('\nfrom os import path\n');
  });
});
