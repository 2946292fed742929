import { Boto3Mode } from '../../../src/bundling/boto3-mode';
import { removeForeign, removeRecords, removeSdk, removeUnread } from '../../../src/bundling/packages/prune';
import { listFiles } from '../../../src/private/hash';
import { installedPackages } from '../../../src/python/installed-packages';
import { TemporaryProject } from '../../support/temporary-project';

const made: TemporaryProject[] = [];
afterAll(() => made.forEach((project) => project.remove()));

function tree(files: Record<string, string>): string {
  const project = new TemporaryProject(files);
  made.push(project);
  return project.entry;
}

function after(files: Record<string, string>, step: (directory: string, files: string[]) => string[]): string[] {
  const directory = tree(files);
  const kept = step(directory, listFiles(directory));
  expect(listFiles(directory)).toEqual(kept);
  return kept;
}

test('what names this machine is removed, metadata stays', () => {
  expect(after({
    '.lock': '', 'bin/tool': '#!/x', 'bin/program': '\x7fELF', 'a/bin/x.py': '', 'a/__pycache__/x.cpython-311.pyc': '', 'a/RECORD': '', 'a-1.dist-info/RECORD': '', 'a-1.dist-info/INSTALLER': '',
    'a-1.dist-info/direct_url.json': '', 'a-1.dist-info/METADATA': '', 'a-1.dist-info/licenses/LICENSE': '', 'a-1.dist-info/entry_points.txt': '',
  }, removeRecords)).toEqual(['a-1.dist-info/INSTALLER', 'a-1.dist-info/METADATA', 'a-1.dist-info/RECORD', 'a-1.dist-info/entry_points.txt', 'a-1.dist-info/licenses/LICENSE', 'a/RECORD', 'a/bin/x.py', 'bin/program']);
});

test('stubs are removed, except those that their module reads', () => {
  expect(after({
    'a/__init__.py': '', 'a/__init__.pyi': '', 'a/only.pyi': '', 'lazy/__init__.py': 'import lazy_loader\nlazy_loader.attach_stub(__name__, __file__)', 'lazy/__init__.pyi': '',
  }, removeUnread)).toEqual(['a/__init__.py', 'lazy/__init__.py', 'lazy/__init__.pyi']);
});

test.each([
  ['from a.tests.helpers import x', true], ['from .tests import x', true], ['from a import tests', true], ['import a.tests', true], ['x = "a.tests.helpers"', true],
  ['from a.testing import x', false], ['# the tests are elsewhere', false], ['def tests(): pass', false],
])('tests of a package with %p are kept: %p', (source, want) => {
  const kept = after({ 'a/__init__.py': source, 'a/tests/__init__.py': 'from a.tests import x', 'a/sub/test/test_x.py': '', 'a/test/data.json': '', 'tests.py': '' }, removeUnread);
  expect(kept.includes('a/tests/__init__.py')).toBe(want);
  expect(kept.includes('a/sub/test/test_x.py')).toBe(want);
  expect(kept).toEqual(expect.arrayContaining(['a/__init__.py', 'a/test/data.json', 'tests.py']));
});

describe('the AWS SDK', () => {
  const info = (name: string, ...requires: string[]): Record<string, string> => ({
    [`${name}-1.dist-info/METADATA`]: `Name: ${name}\n${requires.map((line) => `Requires-Dist: ${line}\n`).join('')}\nRequires-Dist: not-a-header\n`,
  });
  const base = { 'boto3/__init__.py': '', 'botocore/__init__.py': '', ...info('boto3', 'botocore', 's3transfer'), ...info('botocore'), ...info('aws-xray-sdk', 'botocore>=1') };
  const kept = (more: Record<string, string>, direct: [string, string[]][] = [], imported = false, mode = Boto3Mode.AUTO): boolean =>
    after({ ...base, ...more }, (directory, files) => removeSdk(directory, files, installedPackages(directory), { mode, direct: new Map(direct), imported })).includes('botocore/__init__.py');

  test.each<[string, boolean, boolean]>([
    ['only aws-xray-sdk wants it', kept({}), false],
    ['another package wants it', kept(info('s3fs', 'boto3')), true],
    ['a package wants it for an extra that nobody asks for', kept(info('Powertools', "boto3 ; extra == 'aws-sdk'")), false],
    ['a package wants it for an extra that the project asks for', kept(info('Powertools', 'boto3; extra == "aws-sdk"'), [['powertools', ['aws-sdk']]]), true],
    ['the project asks for it', kept({}, [['boto3', []]]), true],
    ['the application imports it', kept({}, [], true), true],
    ['the option keeps it', kept({}, [], false, Boto3Mode.KEEP), true],
    ['the option removes it', kept(info('s3fs', 'boto3'), [['boto3', []]], true, Boto3Mode.REMOVE), false],
  ])('where %s', (_what, got, want) => expect(got).toBe(want));
});

test('an extension module for another Python goes where there is one for the target, and stays to be refused where there is none', () => {
  const target = { python: '3.13', architecture: 'x86_64' } as const;
  const kept = after({
    'a/fast.cpython-312-x86_64-linux-gnu.so': '', 'a/fast.cpython-313-x86_64-linux-gnu.so': '', 'a/only.cpython-312-x86_64-linux-gnu.so': '', 'a/any.abi3.so': '',
  }, (directory, files) => removeForeign(directory, files, target));
  expect(kept).toEqual(['a/any.abi3.so', 'a/fast.cpython-313-x86_64-linux-gnu.so', 'a/only.cpython-312-x86_64-linux-gnu.so']);
});
