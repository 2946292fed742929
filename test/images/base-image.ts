import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Buildah } from './buildah';
import { lambdaPython } from '../../src/local/lambda-python';
import type { Interpreter } from '../../src/python/interpreters';

const ENTRY = '#!/bin/sh\nexec /var/lang/bin/python3 -m awslambdaric "$1"\n';
/** What every program of a wheel may need of the system beside what Python itself needs. */
const SYSTEM_LIBRARIES = ['libstdc++.so.6', 'libgcc_s.so.1', 'librt.so.1', 'libdl.so.2', 'libpthread.so.0', 'libutil.so.1'];

/**
 * Stands for Lambda's public base image, under its very name: its layout and variables, with this machine's Python and
 * `awslambdaric`. What only the true one has: Amazon Linux with its package manager, and Lambda's own build of Python.
 */
export function makeBaseImage(buildah: Buildah, python: Interpreter, name = `public.ecr.aws/lambda/python:${python.minor}`): void {
  buildah.image(name, (root) => {
    fillSystem(root);
    fillPython(root, python);
    fs.mkdirSync(path.join(root, 'var/task'), { recursive: true });
    fs.mkdirSync(path.join(root, 'var/runtime'), { recursive: true });
    fs.writeFileSync(path.join(root, 'lambda-entrypoint.sh'), ENTRY, { mode: 0o755 });
  }, [
    '--env', 'PATH=/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin', '--env', 'LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
    '--env', 'LANG=en_US.UTF-8', '--env', 'TZ=:/etc/localtime', '--env', 'LAMBDA_TASK_ROOT=/var/task', '--env', 'LAMBDA_RUNTIME_DIR=/var/runtime',
    '--workingdir', '/var/task', '--entrypoint', '["/lambda-entrypoint.sh"]',
  ]);
}

/**
 * Stands for the image in which SAM builds functions, under its very name: Debian's programs with this machine's Python. What only
 * the true one has: Amazon Linux with its compilers, and Lambda's own build of Python.
 */
export function makeBuildImage(buildah: Buildah, python: Interpreter): void {
  const trusted = ['SSL_CERT_FILE', 'PIP_CERT', 'REQUESTS_CA_BUNDLE'].filter((name) => process.env[name] !== undefined);
  buildah.image(`public.ecr.aws/sam/build-python${python.minor}`, (root) => {
    fillSystem(root, ['bash', 'rsync', 'cp', 'rm', 'chmod', 'find', 'dirname', 'uname']);
    fillPython(root, python, true);
    fs.cpSync('/etc/ssl/certs', path.join(root, 'etc/ssl/certs'), { recursive: true, dereference: true });
    for (const file of ['/etc/pip.conf', '/etc/resolv.conf']) if (fs.existsSync(file)) fs.copyFileSync(file, path.join(root, file));
    fs.appendFileSync(path.join(root, 'etc/passwd'), 'nobody:x:65534:65534:nobody:/tmp:/bin/sh\n');
  }, ['--env', 'PATH=/var/lang/bin:/usr/local/bin:/usr/bin:/bin', '--env', 'LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64', ...trusted.flatMap((name) => ['--env', `${name}=${process.env[name]}`])]);
}

/** Stands for the image of the Lambda Web Adapter, with the one that was built on this machine, or with a text where there is none. */
export function makeAdapterImage(buildah: Buildah, program: string | undefined): void {
  buildah.image('public.ecr.aws/awsguru/aws-lambda-adapter:1.1.0', (root) => {
    const file = path.join(root, 'lambda-adapter');
    if (program === undefined) fs.writeFileSync(file, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    else fs.copyFileSync(program, file);
  });
}

/** A shell, a few programs, and the directories that every system has. */
export function fillSystem(root: string, more: readonly string[] = []): void {
  for (const directory of ['bin', 'etc', 'tmp', 'usr/bin', 'proc', 'sys', 'dev', 'root']) fs.mkdirSync(path.join(root, directory), { recursive: true });
  fs.chmodSync(path.join(root, 'tmp'), 0o1777);
  fs.writeFileSync(path.join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  fs.writeFileSync(path.join(root, 'etc/group'), 'root:x:0:\n');
  const programs = ['sh', 'ls', 'cat', 'id', 'env', 'mkdir', 'touch', ...more].map((name) => ({ name, file: fs.realpathSync(found(name)) }));
  for (const { name, file } of programs) fs.copyFileSync(file, path.join(root, 'bin', name));
  copyLibraries(root, programs.map(({ file }) => file));
}

/**
 * The interpreter with its own modules and the packages of Lambda's runtime, below `/var/lang`.
 *
 * @param wholly with what makes environments
 */
function fillPython(root: string, python: Interpreter, wholly = false): void {
  const ask = 'import json, os, sys, sysconfig; print(json.dumps([os.path.realpath(sys.executable), sysconfig.get_path("stdlib")]))';
  const [program, library] = JSON.parse(execFileSync(python.path, ['-I', '-c', ask], { encoding: 'utf8' })) as [string, string];
  const lang = path.join(root, 'var/lang');
  const modules = path.join(lang, 'lib', `python${python.minor}`);
  fs.mkdirSync(path.join(lang, 'bin'), { recursive: true });
  fs.copyFileSync(program, path.join(lang, 'bin/python3'));
  for (const name of ['python', `python${python.minor}`]) fs.symlinkSync('python3', path.join(lang, 'bin', name));
  const unwanted = new Set(['test', 'tests', 'idlelib', 'site-packages', 'dist-packages', '__pycache__', 'tkinter', 'turtledemo', ...wholly ? [] : ['ensurepip']]);
  const wanted = (source: string): boolean => !unwanted.has(path.basename(source)) && !path.basename(source).startsWith('config-');
  fs.cpSync(library, modules, { recursive: true, filter: wanted });
  const environment = path.dirname(path.dirname(lambdaPython(python.minor)));
  fs.cpSync(path.join(environment, 'lib', `python${python.minor}`, 'site-packages'), path.join(modules, 'site-packages'), { recursive: true });
  const extensions = path.join(library, 'lib-dynload');
  copyLibraries(root, [program, ...fs.readdirSync(extensions).filter((name) => name.endsWith('.so')).map((name) => path.join(extensions, name))], SYSTEM_LIBRARIES);
}

/** Copies what programs are linked with to where they look for it. */
export function copyLibraries(root: string, programs: readonly string[], more: readonly string[] = []): void {
  const told = programs.map((file) => {
    try {
      return execFileSync('ldd', [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      return '';
    }
  });
  const cached = execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  const libraries = [...told.join('\n').matchAll(/(?:=> )?(\/[^\s()]+)/g)].map(([, file]) => file);
  const wanted = more.flatMap((name) => new RegExp(`\\s${name.replace(/[.+]/g, '\\$&')} .*=> (\\S+)`).exec(cached)?.[1] ?? []);
  for (const file of new Set([...libraries, ...wanted])) {
    // The interpreter's own library is found beside the system's.
    const place = /^\/(?:usr\/)?lib/.test(file) ? file : `/usr/lib64/${path.basename(file)}`;
    fs.mkdirSync(path.join(root, path.dirname(place)), { recursive: true });
    if (!fs.existsSync(path.join(root, place))) fs.copyFileSync(fs.realpathSync(file), path.join(root, place));
  }
}

function found(name: string): string {
  return execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
}
