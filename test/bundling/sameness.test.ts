import * as path from 'path';
import { DependencyPlacement } from '../../src/bundling/dependency-placement';
import { layerPackages } from '../../src/bundling/lambda-paths';
import { PythonBundling } from '../../src/bundling/python-bundling';
import { runTool, toolEnvironment } from '../../src/private/process';
import { pyproject, runTestUv, smallProject, temporaryCache, testPython } from '../support/projects';

temporaryCache();
const python = testPython();

/** What a program can ask of the packages around it. */
const ASK = `
import importlib.metadata as m, importlib.resources as r, importlib.util, json, sys
def files(name):
    found, waiting = [], [(name, r.files(name))]
    while waiting:
        at, item = waiting.pop()
        if item.is_dir():
            waiting.extend((f"{at}/{each.name}", each) for each in item.iterdir() if each.name != "__pycache__")
        else:
            found.append(at)
    return sorted(found)
tops = sorted(name for name in m.packages_distributions() if importlib.util.find_spec(name))
packages = [name for name in tops if importlib.util.find_spec(name).submodule_search_locations]
print(json.dumps({
    "names": {name: sorted(set(owners)) for name, owners in m.packages_distributions().items()},
    "versions": {d.name: d.version for d in m.distributions()},
    "points": sorted(f"{e.group} {e.name} {e.value}" for e in m.entry_points()),
    "importable": tops,
    "resources": {name: files(name) for name in packages},
    "missing": sorted(str(f) for d in m.distributions() for f in d.files or [] if not f.locate().exists()),
}))
`;

interface Answer {
  readonly names: Record<string, string[]>;
  readonly versions: Record<string, string>;
  readonly points: string[];
  readonly importable: string[];
  readonly resources: Record<string, string[]>;
  readonly missing: string[];
}

/** What a bundle has beside an environment: what the shim needs; and what an environment has beside a bundle, see decisions/0023. */
const SHIM = ['uvicorn', 'h11', 'click'];
const LEFT_OUT = /\.pyi$|\/tests?\/|^cdk_fastapi_runtime/;

test.each([DependencyPlacement.PACKAGE, DependencyPlacement.LAYER])('a bundle with its packages in the %s answers as `uv sync` does: names, versions, entry points, resources and modules of every package', (dependencies) => {
  const project = smallProject({
    'pyproject.toml': pyproject(
      ['fastapi', 'setuptools', 'tzdata', 'certifi', 'jsonschema', 'google-api-core', 'ruamel.yaml', 'zope.interface', 'python-dateutil', 'markupsafe', 'opentelemetry-api', 'pluggy'],
      '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n[tool.uv.build-backend]\nmodule-name = "main"\nmodule-root = ""\n[project.entry-points."shop.routers"]\norders = "main:app"\n',
    ),
    'main/__init__.py': '',
  });
  try {
    runTestUv(project.entry, 'sync', '--quiet');
    const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
    const made = PythonBundling.uv({ dependencies })._bundle({ entry: project.entry, entrypoint: 'main:app', runtime: python.minor, architecture });
    const layer = made.layer && path.join(made.layer.directory, layerPackages(python.minor));
    expect(layer !== undefined).toBe(dependencies === DependencyPlacement.LAYER);
    const ask = (program: string, flag: string, cwd: string, modules?: string): Answer => JSON.parse(
      runTool([program, flag, '-c', ASK], { cwd, env: toolEnvironment({ PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: modules }), what: 'ask for packages' }),
    ) as Answer;
    const bundle = ask(python.path, '-S', made.directory, layer);
    const environment = ask(path.join(project.entry, '.venv', 'bin', 'python'), '-P', project.root);
    const without = <T>(record: Record<string, T>, names: readonly string[]): Record<string, T> => Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
    const own = ['main', 'small-api', ...SHIM];

    expect(without(bundle.versions, SHIM)).toEqual(environment.versions);
    expect(without(bundle.names, own)).toEqual(without(environment.names, own));
    expect(bundle.points.filter((point) => !/ (uvicorn|click)\b/.test(point))).toEqual(environment.points);
    expect(bundle.importable).toEqual(expect.arrayContaining(environment.importable));
    expect(bundle.missing).toEqual([]);
    const resources = ({ resources: all }: Answer): string[] => Object.entries(without(all, own)).flatMap(([, files]) => files).filter((file) => !LEFT_OUT.test(file)).sort();
    expect(resources(bundle)).toEqual(resources(environment));
  } finally {
    project.remove();
  }
});
