import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** Whether cfn-lint is on this machine. */
export const LINTS = spawnSync('cfn-lint', ['--version']).status === 0;

/** What cfn-lint finds wrong with templates. */
export function lintErrors(templates: readonly object[]): string[] {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-lint-'));
  try {
    const files = templates.map((template, index) => {
      const file = path.join(directory, `template-${index}.json`);
      fs.writeFileSync(file, JSON.stringify(template));
      return file;
    });
    const { stdout, stderr } = spawnSync('cfn-lint', ['--non-zero-exit-code', 'error', '--regions', 'eu-central-1', '--format', 'parseable', '--', ...files], { encoding: 'utf8' });
    return `${stdout}${stderr}`.split('\n').filter((line) => /:E\d{4}:/.test(line) || (line !== '' && stderr.includes(line)));
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}
