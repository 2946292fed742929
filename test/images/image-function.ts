import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Buildah } from './buildah';
import { LambdaProcess } from '../support/lambda-process';
import { testPython } from '../support/projects';

/** How a template says that a function of an image is started. */
export interface ImageFunctionConfig {
  readonly EntryPoint?: string[];
  readonly Command?: string[];
}

/**
 * Starts a function of an image behind the Lambda Runtime API server, in the image and as another user than root, as Lambda
 * does. Its network is this machine's.
 *
 * @param config of the function, from its template
 * @param environment of the function, from its template
 */
export async function startImageFunction(
  buildah: Buildah, image: string, config: ImageFunctionConfig, environment: Readonly<Record<string, string>>, log?: string,
): Promise<LambdaProcess> {
  const container = buildah.container(image);
  const { Entrypoint = [], Cmd = [] } = buildah.config(image);
  const command = [...config.EntryPoint ?? Entrypoint, ...config.Command ?? (config.EntryPoint === undefined ? Cmd : [])];
  const script = path.join(buildah.home, `${container}.cjs`);
  // What Lambda says of itself goes into the container; nothing else of this machine does.
  fs.writeFileSync(script, `
    const { spawn } = require('node:child_process');
    const given = Object.entries(process.env).filter(([name]) => /^(AWS_|CDK_FASTAPI_|POWERTOOLS_|_HANDLER$|TZ$)/.test(name) && name !== 'AWS_EXECUTION_ENV');
    const env = given.flatMap(([name, value]) => ['--env', name + '=' + value]);
    const [program, ...args] = ${JSON.stringify([...buildah.program, 'run', '--isolation', 'chroot', '--user', '993:990'])};
    const child = spawn(program, [...args, ...env, ${JSON.stringify(container)}, '--', ...${JSON.stringify(command)}], { stdio: 'inherit', env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' } });
    child.on('exit', (code, signal) => process.exit(code ?? 1));
    process.on('SIGTERM', () => child.kill('SIGTERM'));
  `);
  const directory = path.join(buildah.home, 'task');
  fs.mkdirSync(directory, { recursive: true });
  return LambdaProcess.start(
    { logicalId: 'Image', directory, handler: command.at(-1) ?? '', timeoutSeconds: 120, environment },
    { python: testPython().path, log, bootstrap: [process.execPath, script] },
  );
}
