import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { makeDirectory } from '../../src/private/make-directory';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'make-directory-'));
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }));

test('makes a directory and those around it, and leaves what is there', () => {
  const directory = path.join(scratch, 'a', 'b', 'c');
  expect(makeDirectory(directory)).toBe(path.join(scratch, 'a'));
  fs.writeFileSync(path.join(directory, 'file'), 'kept');
  expect(makeDirectory(directory)).toBeUndefined();
  expect(fs.readFileSync(path.join(directory, 'file'), 'utf8')).toBe('kept');
});

test('takes a link to a directory for one', () => {
  fs.symlinkSync(scratch, path.join(scratch, 'link'), 'junction');
  makeDirectory(path.join(scratch, 'link', 'below'));
  expect(fs.statSync(path.join(scratch, 'below')).isDirectory()).toBe(true);
});

test.each(['', 'below', 'below/more'])('fails at a file: %s', (below) => {
  const file = path.join(scratch, 'file');
  fs.writeFileSync(file, '');
  expect(() => makeDirectory(path.join(file, below))).toThrow(/EEXIST|ENOTDIR/);
});

(process.platform === 'linux' ? test : test.skip)('ends where a file system makes no directories', () => {
  expect(() => makeDirectory('/proc/cdk-fastapi/below')).toThrow(/ENOENT/);
});
