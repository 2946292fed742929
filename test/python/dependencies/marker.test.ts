import { runTool, toolEnvironment } from '../../../src/private/process';
import { markerEnvironment, markerHolds } from '../../../src/python/dependencies/marker';
import { testPython } from '../../support/projects';

const target = markerEnvironment('3.13.99', 'x86_64', 'linux', { extras: ['aws'], groups: ['ops'] });

test.each<[string | undefined, boolean]>([
  [undefined, true], ['', true], ['python_version < "3.12"', false], ["python_version >= '3.9'", true], ["'3.9' <= python_version", true], ["'3.12' > python_version", false],
  ["python_version == '3.*'", true], ["python_version != '3.13.*'", false], ["python_version ~= '3.10'", true], ["python_version === '3.13'", true],
  ["python_full_version >= '3.13.4'", true], ["python_full_version <= '3.13.4'", false], ["sys_platform == 'win32'", false], ["sys_platform != 'win32' and os_name == 'posix'", true],
  ["sys_platform == 'win32' or (python_version > '3' and platform_machine in 'x86_64 AMD64')", true], ["platform_system not in 'Windows Darwin'", true],
  ["implementation_name == 'pypy' and sys_platform == 'linux'", false], ["platform_python_implementation == 'CPython'", true], ["extra == 'aws'", true], ["extra == 'gcp'", false],
  ["'aws' in extras", true], ["'dev' in dependency_groups", false], ["'ops' in dependency_groups", true], ['sys.platform == "linux"', true], ["platform_release >= '5'", false],
  // What cannot be read is left to uv.
  ['python_version <', true], ["unknown == '1'", true], ["python_version < '3.12' and", true], ['((', true], ["python_version < 'x'", true], ["os_name ~= 'x'", true], ["python_version ! '3'", true],
])('%p holds: %p', (marker, want) => expect(markerHolds(marker, target)).toBe(want));

test('agrees with Python\'s own reading of markers', () => {
  const variables = ['python_version', 'python_full_version', 'sys_platform', 'platform_machine', 'os_name', 'implementation_name'];
  const values = ['3.9', '3.13', '3.13.5', '3', '3.10.*', 'linux', 'win32', 'x86_64', 'posix', 'cpython'];
  const markers = variables.flatMap((variable) => ['==', '!=', '<', '<=', '>', '>='].flatMap((operator) => values
    .filter((value) => variable.startsWith('python') === /^\d/.test(value) && (!value.endsWith('*') || ['==', '!='].includes(operator)))
    .map((value) => `${variable} ${operator} '${value}'`)));
  const code = [
    'import json, sys',
    'from pip._vendor.packaging.markers import Marker',
    'markers, environment = json.loads(sys.stdin.read())',
    'print(json.dumps([Marker(m).evaluate(environment) for m in markers]))',
  ].join('\n');
  const own = markerEnvironment('3.13.5', 'x86_64');
  const said = JSON.parse(runTool([testPython().path, '-c', code], { cwd: __dirname, env: toolEnvironment(), what: 'ask packaging', input: JSON.stringify([markers, own.variables]) })) as boolean[];
  expect(markers.filter((marker, index) => markerHolds(marker, own) !== said[index])).toEqual([]);
});
