/** Files that are never part of an application, and what they are, as a message names them. */
export interface LeftOutGroup {
  readonly what: string;
  /** Patterns in the syntax of `.gitignore`. */
  readonly patterns: readonly string[];
}

/**
 * Secrets told by the name of the file: a bundle can be read by everyone who may read the function's code. A directory of such a name
 * is code or data (`order_history/`), and so is a module (`id_rsa.py`).
 */
export const SECRET_FILES: readonly string[] = [
  // Variables, in every spelling.
  '.env', '.env.*', '.env-*', '.env_*', '*.env', '.envrc', '.envrc.*', '.secrets', '.secrets.*', '.dev.vars',
  // Keys and key stores.
  'id_rsa*', 'id_dsa*', 'id_ecdsa*', 'id_ed25519*', 'id_xmss*', '*.ppk', '*.p12', '*.pfx', '*.jks', '*.keystore', '*.bks', '*.kdbx', '*.kdb', '*.agekey',
  'secring.*', '*.ovpn', 'ssh_host_*_key', 'master.key', '*.keytab', 'key4.db',
  // Registries and version control.
  '.npmrc', '.yarnrc', '.yarnrc.yml', '.pypirc', '.netrc', '_netrc', '.git-credentials', '.dockercfg',
  // Clouds, databases and servers.
  '.pgpass', 'pgpass.conf', '.my.cnf', '.mylogin.cnf', '.mongorc.js', '.boto', '.s3cfg', '.rclone.conf', 'rclone.conf', 'kubeconfig', '*.kubeconfig',
  '.vault-token', '.vault_pass*', '.vault-pass*', '.ansible-vault*', '.htpasswd', '.htdigest', '.credentials', '.databrickscfg', '.snowsql', '.oci_api_key*',
  '.terraformrc', 'terraform.rc', '*.tfstate', '*.tfstate.*', '*.tfvars', '*.tfvars.json', '*.publishsettings', '*.mobileprovision',
  // What shells and clients remember.
  '*_history', '.*-history', '.lesshst', '.viminfo', '.wget-hsts',
];

/** Directories in which tools keep credentials. */
export const SECRET_DIRECTORIES: readonly string[] = [
  '.envs/', '.aws/', '.ssh/', '.docker/', '.kube/', '.azure/', '.gcloud/', '**/.config/gcloud/', '**/.config/gh/', '**/.config/doctl/', '**/.config/op/', '**/.config/heroku/',
  '**/.config/configstore/', '**/.config/rclone/', '.gnupg/', '.oci/', '.bluemix/', '.aliyun/', '.tccli/', '.secrets/', '.password-store/', '.chef/', '.vagrant/',
  '.gem/', '.cargo/', '.snowflake/', '.databricks/', '.terraform.d/', '.subversion/',
];

/** Files that are secret unless their text says that they are a certificate or a public key: those are data. */
export const KEYS: readonly string[] = ['*.pem', '*.key', '*.p8', '*.pk8'];

/** Files that are data unless their text is that of a private key. */
export const MAYBE_KEYS: readonly string[] = ['*.crt', '*.cer', '*.cert', '*.asc', '*.gpg', '*.priv', '*.private', '*_rsa', '*_ed25519', '*_ecdsa', '*_dsa', '*[_-]key'];

const SETTINGS = ['json', 'yaml', 'yml', 'toml', 'ini', 'csv', 'xml', 'txt'];

/** Files that hold secrets in one project and data in another: they are packed, and named once. */
export const AMBIGUOUS: readonly string[] = [
  ...['credentials', '*-credentials', '*_credentials', 'secrets', 'secret', 'passwords', 'tokens', 'token', 'auth'].flatMap((name) => SETTINGS.map((ending) => `${name}.${ending}`)),
  'credentials', 'passwd', 'token.pickle', '*.secret', '*.secrets', 'client_secret*.json', 'service-account*.json', 'service_account*.json', 'serviceaccount*.json',
  'application_default_credentials.json', '*firebase-adminsdk*.json', 'gcp-key*.json', '*.sqlite', '*.sqlite3', '*.db', '*.dump', 'dump.sql', '*.rdb', '*.har', '*.pcap',
];

/** Everything else that is left out. */
export const LEFT_OUT: readonly LeftOutGroup[] = [
  { what: 'tests', patterns: ['/tests/', '/test/', '/conftest.py'] },
  {
    what: 'infrastructure',
    patterns: [
      'cdk.context.json', '.projenrc.*', '/.projen/', '/Dockerfile', '/Dockerfile.*', '/*.Dockerfile', '/*/Dockerfile', '/Containerfile', '/*/Containerfile',
      '/docker-compose*.yml', '/docker-compose*.yaml', '/*/docker-compose*.yml', '/*/docker-compose*.yaml', '/compose.yml', '/compose.yaml', '/compose.*.yml', '/compose.*.yaml',
      '.dockerignore', 'samconfig.toml', '/serverless.yml', '/serverless.yaml', '*.tf', '.terraform.lock.hcl', '/zappa_settings.json', '/.chalice/', '/Procfile', '/fly.toml',
    ],
  },
  {
    what: 'files of tools',
    patterns: [
      '*.pyc', '*.pyo', '*.egg-info/', '*.egg', '/dist/*.whl', '/dist/*.tar.gz', '/dist/.gitignore', '/build/lib/', '/build/lib.*/', '/build/bdist.*/', '/build/temp.*/',
      '.coverage', '.coverage.*', 'htmlcov/', '.DS_Store', 'Thumbs.db', '*.swp', '*~', '.cache/',
      '.python-version', 'uv.lock', 'pylock.toml', 'pylock.*.toml', 'poetry.lock', 'pdm.lock', 'Pipfile.lock', '.gitignore', '.gitattributes', '.gitmodules', '.editorconfig',
      '.pre-commit-config.yaml', '.idea/', '.vscode/', '.github/', '.gitlab-ci.yml', '.circleci/', '/bitbucket-pipelines.yml', '/azure-pipelines.yml', '/Jenkinsfile',
    ],
  },
];

/** What a CDK app at the top of the project consists of beside its code. */
export const CDK_APP: readonly string[] = [
  '/cdk.json', '/package.json', '/package-lock.json', '/yarn.lock', '/pnpm-lock.yaml', '/tsconfig*.json', '/jest.config.*', '/bin/*.ts', '/lib/**/*.ts',
];

/**
 * Directories that are not even looked into, unless `include` names them: version control, environments, caches and CDK's output.
 */
export const NEVER_WALKED: readonly string[] = [
  '.git/', '.hg/', '.svn/', '.venv/', 'venv/', '.virtualenv/', 'node_modules/', '__pycache__/', '__pypackages__/',
  '.mypy_cache/', '.pytest_cache/', '.ruff_cache/', '.hypothesis/', '.tox/', '.nox/', '.pdm-build/', 'cdk.out/', '.nx/', '.terraform/',
];

/**
 * Whether the text of a key file is public: PEM blocks, and none of a private key. What is no PEM at all is not known to be public.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc7468
 */
export function isPublicKeyText(text: string): boolean {
  return /-----BEGIN [A-Z0-9 ]+-----/.test(text) && !isPrivateKeyText(text);
}

/** Whether a text holds a private key, of PEM, OpenSSH, PuTTY or PGP. */
export function isPrivateKeyText(text: string): boolean {
  return /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|^PuTTY-User-Key-File-/m.test(text);
}
