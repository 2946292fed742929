import * as fs from 'fs';
import * as path from 'path';
import { progress } from '../../private/progress';

/** Modules of Python's own library on Linux that every version from 3.11 to 3.14 has. */
export const MODULES: ReadonlySet<string> = new Set(`
  abc antigravity argparse array ast asyncio atexit base64 bdb binascii bisect bz2 cProfile calendar cmath cmd code codecs codeop collections
  colorsys compileall concurrent configparser contextlib contextvars copy copyreg csv ctypes curses dataclasses datetime dbm decimal difflib
  dis doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath
  getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib importlib inspect io ipaddress itertools json
  keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder multiprocessing netrc ntpath nturl2path numbers
  opcode operator optparse os pathlib pdb pickle pickletools pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd
  py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors
  shelve shlex shutil signal site smtplib socket socketserver sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string
  stringprep struct subprocess symtable sysconfig syslog tabnanny tarfile tempfile termios textwrap this threading time timeit tkinter token
  tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uuid venv warnings wave weakref
  webbrowser wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
`.trim().split(/\s+/));

/**
 * Removes modules of packages that have the name of one of Python's own. In an environment Python's goes before those of packages, so
 * nothing has ever imported them; Lambda looks into the bundle first, and would find a `uuid` or `enum` that was written for Python 2.
 *
 * @param files all files below the directory, with nothing but packages in it; what stays is returned
 */
export function removeShadowing(directory: string, files: readonly string[]): string[] {
  const shadowing = (file: string): boolean => MODULES.has(file.split('/')[0].split('.')[0]) && /\/|\.(py|pyi|so)$/.test(file);
  const removed = files.filter(shadowing);
  for (const file of removed) fs.unlinkSync(path.join(directory, file));
  const names = [...new Set(removed.map((file) => file.split('/')[0]))].sort();
  if (names.length > 0) progress(`left out ${names.join(', ')} of the packages: Python's own modules of these names are the ones that are imported`);
  return files.filter((file) => !shadowing(file));
}
