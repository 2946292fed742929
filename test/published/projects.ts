/** A project made of what others have published, and what its bundle has to prove. */
export interface PublishedProject {
  readonly name: string;
  /** Pinned, so that a failure is a change of ours. */
  readonly requirements: readonly string[];
  /** What the module does before its `app` is made. */
  readonly uses: string;
  readonly proves: string;
}

/** What nobody here has written: each is bundled and started by `npx jest --testMatch '<rootDir>/test/published/*.slow.ts'`, which takes minutes. */
export const PUBLISHED: readonly PublishedProject[] = [
  {
    name: 'plug-in host', requirements: ['pluggy==1.6.0', 'datasette==0.65.1', 'setuptools<81'],
    uses: 'import datasette.plugins\nassert datasette.plugins.pm.get_plugins()',
    proves: 'plug-ins by entry points and data of packages',
  },
  {
    name: 'native wheels', requirements: ['numpy>=2.3,<3', 'orjson>=3.11', 'cryptography>=45'],
    uses: 'import cryptography.hazmat.bindings._rust, numpy, orjson\nassert orjson.dumps({"a": int(numpy.arange(3).sum())})',
    proves: 'wheels with libraries of their own',
  },
  {
    name: 'data files', requirements: ['jsonschema>=4.24', 'certifi', 'tzdata'],
    uses: 'import certifi, importlib.resources, jsonschema, os, zoneinfo\nassert os.path.getsize(certifi.where()) > 1000\nassert importlib.resources.files("tzdata.zoneinfo").joinpath("Europe/Berlin").is_file()\njsonschema.Draft202012Validator({}).validate(1)',
    proves: 'data of packages by path and by resource',
  },
  {
    name: 'namespace family', requirements: ['google-cloud-storage>=3', 'google-cloud-firestore>=2.20'],
    uses: 'from google.cloud import firestore, storage',
    proves: 'one namespace of several packages, and `packages_distributions()` at import',
  },
  {
    name: 'loads entry points', requirements: ['opentelemetry-sdk', 'opentelemetry-propagator-b3'],
    uses: 'from importlib.metadata import entry_points\nassert [each.load() for each in entry_points(group="opentelemetry_propagator") if each.name == "b3multi"]',
    proves: 'entry points of dependencies',
  },
  {
    name: 'distutils', requirements: ['setuptools==80.9.0'],
    uses: 'import distutils.version\nassert distutils.version.LooseVersion("1") < distutils.version.LooseVersion("2")',
    proves: 'a package that lives by its .pth file',
  },
  {
    name: 'template engine', requirements: ['jinja2', 'babel>=2.17'],
    uses: 'import babel.dates, datetime\nassert babel.dates.format_date(datetime.date(2026, 1, 1), locale="de")',
    proves: 'hundreds of data files beside the code',
  },
  {
    name: 'settings', requirements: ['pydantic-settings', 'python-dotenv', 'email-validator'],
    uses: 'from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    name: str = "shop"\nassert Settings().name == "shop"',
    proves: 'settings without a file',
  },
  {
    name: 'database', requirements: ['sqlalchemy>=2', 'asyncpg', 'psycopg[binary]>=3.2', 'alembic'],
    uses: 'import alembic.command, asyncpg, psycopg, sqlalchemy\nassert psycopg.pq.__impl__ == "binary"',
    proves: 'libraries in C beside wheels that carry them',
  },
];
