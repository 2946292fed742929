import * as fs from 'fs';
import * as path from 'path';
import { unpackSource, unpackWheel } from './published-source';
import { runTool, toolEnvironment } from '../../src/private/process';
import { lockTools } from '../support/lock-tools';
import { runTestUv, SMALL_APP } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

const FASTAPI = 'fastapi==0.165.0';

/** A project made of what others have published, and what its bundle has to prove. */
export interface PublishedProject {
  readonly name: string;
  /** What others have published, pinned, so that a failure is a change of ours. */
  readonly of: readonly string[];
  readonly proves: string;
  /** Writes the project. */
  readonly make: (made: TemporaryProject) => void;
  /** Default: `main:app` in the directory itself. */
  readonly entrypoint?: string;
  /** Where the project lies below its directory. */
  readonly below?: string;
}

/** A module that uses packages before its `app` is made. */
const appModule = (uses: string): string => `${uses}\n${SMALL_APP}`;

/** A list of requirements, and a module. */
const listed = (name: string, of: readonly string[], uses: string, proves: string): PublishedProject => ({
  name, of, proves, make: (made) => made.write({ 'requirements.txt': [FASTAPI, ...of, ''].join('\n'), 'main.py': appModule(uses) }),
});

/** FastAPI among the dependencies of a project of others. */
function addFastApi(made: TemporaryProject, requirement = FASTAPI): void {
  const file = path.join(made.entry, 'pyproject.toml');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^dependencies = \[/m, `dependencies = [\n  "${requirement}",`));
}

function runLockTool(made: TemporaryProject, ...argv: string[]): void {
  const [tool, ...args] = argv;
  const env = toolEnvironment({ PDM_CHECK_UPDATE: '0', PDM_USE_VENV: '0', POETRY_VIRTUALENVS_CREATE: 'false' });
  runTool([path.join(lockTools(), tool), ...args], { cwd: made.entry, env, what: `run ${tool}` });
}

/**
 * What nobody here has written: each is bundled and started by `npx jest --testMatch '<rootDir>/test/published/*.slow.ts'`, which takes
 * about twenty minutes.
 */
export const PUBLISHED: readonly PublishedProject[] = [
  listed('plug-in host', ['pluggy==1.7.0', 'datasette==0.65.5', 'setuptools==80.9.0'], 'import datasette.plugins\nassert datasette.plugins.pm.get_plugins()', 'plug-ins by entry points and data of packages'),
  listed('native wheels', ['numpy==2.5.5', 'orjson==3.13.0', 'cryptography==50.0.2'], 'import cryptography.hazmat.bindings._rust, numpy, orjson\nassert orjson.dumps({"a": int(numpy.arange(3).sum())})', 'wheels with libraries of their own'),
  listed('data files', ['jsonschema==4.26.0', 'certifi==2026.10.19.post1', 'tzdata==2026.6'], 'import certifi, importlib.resources, jsonschema, os, zoneinfo\nassert os.path.getsize(certifi.where()) > 1000\nassert importlib.resources.files("tzdata.zoneinfo").joinpath("Europe/Berlin").is_file()\njsonschema.Draft202012Validator({}).validate(1)', 'data of packages by path and by resource'),
  {
    name: 'front end',
    of: ['piccolo-admin==1.14.0'],
    proves: 'a front end in `dist/` of the project itself, a package that is served as it lies',
    make: (made) => {
      unpackWheel('piccolo-admin', '1.14.0', made.entry);
      const [info] = fs.readdirSync(made.entry).filter((name) => name.endsWith('.dist-info'));
      const metadata = fs.readFileSync(path.join(made.entry, info, 'METADATA'), 'utf8');
      const requires = [...metadata.matchAll(/^Requires-Dist: (.+)$/gm)].map((match) => match[1]).filter((line) => !line.includes('extra =='));
      fs.rmSync(path.join(made.entry, info), { recursive: true });
      made.write({
        'requirements.txt': [FASTAPI, ...requires, ''].join('\n'),
        'main.py': appModule('import pathlib, piccolo_admin.endpoints\nfront = pathlib.Path(piccolo_admin.endpoints.__file__).parent / "dist"\nassert (front / "index.html").is_file() and list(front.glob("**/*.js"))'),
      });
    },
  },
  listed('namespace family', ['google-cloud-storage==3.17.1', 'google-cloud-firestore==2.34.1'], 'from google.cloud import firestore, storage', 'one namespace of several packages, and `packages_distributions()` at import'),
  {
    name: 'src layout with hatch-vcs',
    of: ['svcs==26.2.0'],
    proves: 'a version that only a build knows, of a project whose modules lie in `src/`',
    entrypoint: 'shop:app',
    make: (made) => {
      unpackSource('svcs', '26.2.0', made.entry);
      fs.rmSync(path.join(made.entry, 'uv.lock'), { force: true });
      made.write({ 'requirements.txt': `.\n${FASTAPI}\n`, 'src/shop.py': appModule('import importlib.metadata, svcs.fastapi\nassert importlib.metadata.version("svcs") == "26.2.0"') });
    },
  },
  {
    name: 'monorepo member',
    of: ['opentelemetry-instrumentation-fastapi==0.66b2', 'opentelemetry-instrumentation-asgi==0.66b2'],
    proves: 'a member of a uv workspace whose version is in a module, one namespace of it, of a local package and of others, and its own entry point',
    below: 'packages/fastapi',
    make: (made) => {
      unpackSource('opentelemetry-instrumentation-fastapi', '0.66b2', made.entry);
      unpackSource('opentelemetry-instrumentation-asgi', '0.66b2', path.join(made.root, 'packages', 'asgi'));
      // It allows Python 3.10, for which there is no newer one.
      addFastApi(made, 'fastapi==0.137.2');
      made.write({
        '../../pyproject.toml': '[tool.uv]\nprerelease = "allow"\n[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.uv.sources]\nopentelemetry-instrumentation-asgi = { workspace = true }\n',
        'src/main.py': appModule('from importlib.metadata import entry_points, version\nimport opentelemetry.instrumentation.asgi\n'
          + '[point] = entry_points(group="opentelemetry_instrumentor", name="fastapi")\nassert point.load() and version("opentelemetry-instrumentation-fastapi") == "0.66b2"'),
      });
      runTestUv(made.root, 'lock', '--quiet');
    },
  },
  {
    name: 'Poetry',
    of: ['prometheus-fastapi-instrumentator==8.1.0'],
    proves: 'the lock of Poetry, and the metadata of a project that poetry-core builds',
    make: (made) => {
      unpackSource('prometheus-fastapi-instrumentator', '8.1.0', made.entry);
      made.write({ 'src/main.py': appModule('import importlib.metadata, prometheus_fastapi_instrumentator\nassert importlib.metadata.version("prometheus-fastapi-instrumentator") == "8.1.0"') });
      // Its group for development allows no newer one.
      addFastApi(made, 'fastapi==0.137.2');
      runLockTool(made, 'poetry', '--no-interaction', 'lock');
    },
  },
  {
    name: 'PDM',
    of: ['sqlmodel==0.0.50'],
    proves: 'the lock of PDM, and a version that pdm-backend takes from a module',
    make: (made) => {
      unpackSource('sqlmodel', '0.0.50', made.entry);
      made.write({ 'main.py': appModule('import importlib.metadata, sqlmodel\nassert importlib.metadata.version("sqlmodel") == sqlmodel.__version__') });
      addFastApi(made);
      runLockTool(made, 'pdm', '--non-interactive', 'lock', '--prod');
    },
  },
  {
    name: 'requirements with hashes',
    of: ['strawberry-graphql[fastapi]==0.341.2'],
    proves: 'a list with the hash of every file, installed as it stands',
    make: (made) => {
      made.write({ 'requirements.in': `${FASTAPI}\nstrawberry-graphql[fastapi]==0.341.2\n`, 'main.py': appModule('import strawberry.fastapi') });
      runTestUv(made.entry, 'pip', 'compile', '--quiet', '--generate-hashes', '--no-header', '--universal', 'requirements.in', '-o', 'requirements.txt');
      fs.rmSync(path.join(made.entry, 'requirements.in'));
    },
  },
  listed('C library over manylinux_2_28', ['pyogrio==0.13.0', 'duckdb==2.0.1'], 'import duckdb, pyogrio\nassert pyogrio.list_drivers() and duckdb.sql("select 1").fetchall() == [(1,)]', 'wheels that need glibc 2.28, with GDAL and its data'),
  listed('loads entry points', ['opentelemetry-sdk==1.45.1', 'opentelemetry-propagator-b3==1.45.1'], 'from importlib.metadata import entry_points\nassert [each.load() for each in entry_points(group="opentelemetry_propagator") if each.name == "b3multi"]', 'entry points of dependencies'),
  listed('distutils', ['setuptools==80.9.0'], 'import distutils.version\nassert distutils.version.LooseVersion("1") < distutils.version.LooseVersion("2")', 'a package that lives by its .pth file'),
  listed('template engine', ['jinja2==3.1.6', 'babel==2.19.0'], 'import babel.dates, datetime\nassert babel.dates.format_date(datetime.date(2026, 1, 1), locale="de")', 'hundreds of data files beside the code'),
  listed('settings', ['pydantic-settings==2.16.3', 'python-dotenv==1.2.4', 'email-validator==2.4.0'], 'from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    name: str = "shop"\nassert Settings().name == "shop"', 'settings without a file'),
  listed('database', ['sqlalchemy==2.1.9', 'asyncpg==0.32.0', 'psycopg[binary]==3.3.9', 'alembic==1.20.1'], 'import alembic.command, asyncpg, psycopg, sqlalchemy\nassert psycopg.pq.__impl__ == "binary"', 'libraries in C beside wheels that carry them'),
];
