import * as path from 'path';
import { testPython, testUv } from './projects';
import { cacheEntry } from '../../src/cache/cache';
import { runTool, toolEnvironment } from '../../src/private/process';

/** Poetry with its export plugin, and PDM, made once on this machine. */
export function lockTools(): string {
  const made = cacheEntry({
    kind: 'test-environments',
    key: 'poetry-and-pdm-1',
    what: 'installing Poetry and PDM for the tests',
    verification: 'presence',
    build: (directory) => {
      const options = { cwd: directory, env: toolEnvironment(), what: 'install Poetry and PDM' };
      runTool([testUv(), 'venv', '--quiet', '--relocatable', '--allow-existing', '--python', testPython().path, directory], options);
      const wanted = ['poetry>=2', 'poetry-plugin-export', 'pdm>=2.20', 'hishel<2'];
      runTool([testUv(), 'pip', 'install', '--quiet', '--python', path.join(directory, 'bin', 'python'), ...wanted], options);
    },
  });
  return path.join(made.directory, 'bin');
}
