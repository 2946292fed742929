const KEYWORDS = new Set((
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda ' +
  'nonlocal not or pass raise return try while with yield'
).split(' '));

/** Top-level modules of Python 3.11 to 3.14: `sys.stdlib_module_names`. */
const STANDARD = new Set((
  'abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2 cprofile calendar ' +
  'cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg ' +
  'crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler ' +
  'fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac ' +
  'html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox ' +
  'mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode ' +
  'operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile ' +
  'pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets ' +
  'select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ' +
  'ssl stat statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios ' +
  'textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing ' +
  'unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile ' +
  'zipimport zlib zoneinfo'
).split(' ').concat('compression', 'annotationlib'));

/** What the project and its bundle import. */
const PACKAGES = new Set(['anyio', 'aws_lambda_powertools', 'boto3', 'botocore', 'cdk_fastapi_runtime', 'fastapi', 'mangum', 'pydantic', 'starlette', 'uvicorn']);

/** Directories of the project. */
const DIRECTORIES = new Set(['scripts', 'tests']);

/** Why no module of a project can have this name; undefined where one can. */
export function moduleProblem(name: string): string | undefined {
  if (!/^[a-z_][a-z0-9_]*$/i.test(name)) return 'must be a Python identifier of ASCII letters, digits and `_`';
  if (KEYWORDS.has(name)) return 'must not be a keyword of Python';
  // Files of a name in other letters are the same file on some systems.
  const lower = name.toLowerCase();
  if (STANDARD.has(lower)) return 'must not be the name of a module of Python itself, which it would hide';
  if (PACKAGES.has(lower)) return 'must not be the name of a package that the project uses, which it would hide';
  if (DIRECTORIES.has(lower)) return 'must not be the name of another directory of the project';
  return undefined;
}
