"""The variables that the application used while it was read: from settings files and from this process.

A variable of a file counts where the application asks for it, has it as a field of pydantic's settings, or has its name
in its source, since endpoints ask later; where none does, all of the file's count. A variable of the process counts
where the project's own code asks for it, or a field has its name.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

FILES = re.compile(r"^\.env([._-].+)?$|\.env$|^settings\.ini$")
_NAME = re.compile(r"^\s*(?:export\s+)?['\"]?([A-Za-z_][\w.-]*)['\"]?\s*[=:]", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*")
_OF_ENVIRON = (os.__file__, "_collections_abc.py")
_LIBRARIES = ("/starlette/", "/decouple", "/environs/", "/prettyconf/", "/dotenv/", "/django/", "/environ/")
"""They look up what the application asks them for."""


@dataclass(frozen=True)
class Setting:
    """One variable; ``file`` is where its value is, absent where that is the process."""

    name: str
    file: str | None

    def as_dict(self) -> dict[str, str]:
        return {"name": self.name, **({} if self.file is None else {"file": self.file})}


class Settings:
    """Watches one application while it is imported."""

    def __init__(self, entry: Path) -> None:
        self._entry = f"{entry}{os.sep}"
        self._given = frozenset(os.environ)
        # By the line that asks, and whether it is of the project.
        self._asked_at: dict[tuple[str, int, bool], set[str]] = {}
        self._files: set[str] = set()

    def watch(self) -> None:
        """From now on; it cannot be ended."""
        sys.addaudithook(self._audit)
        kind = type(os.environ)
        look_up = kind.__getitem__

        def noting(environ: Any, name: str) -> str:
            # With no text it raises what it always does.
            if isinstance(name, str):
                self._note(name, sys._getframe(1))
            return look_up(environ, name)

        kind.__getitem__ = noting  # type: ignore[method-assign]

    def used(self) -> list[Setting]:
        """What was used so far, in the order of the names; a variable of the process wins over one of a file."""
        classes = list(_settings_classes())
        fields = {name for each in classes for name in _variables(each)}
        known = self._asked(by_project=False) | fields | self._words()
        found = {name: Setting(name, None) for name in self._given & (self._asked(by_project=True) | fields)}
        for file in sorted(self._files.union(*map(_env_files, classes))):
            names = _names(file)
            for name in [name for name in names if {name, name.upper(), name.lower()} & known] or names:
                found.setdefault(name, Setting(name, file))
        return [found[name] for name in sorted(found)]

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            path = Path(os.fsdecode(arguments[0]))
            if FILES.search(path.name) and not re.search("[wax+]", str(arguments[1] or "r")):
                self._files.add(os.path.abspath(path))

    def _note(self, name: str, frame: FrameType) -> None:
        if frame.f_code.co_name in ("setdefault", "__contains__", "__iter__"):
            # What loads a file asks for what is set already, and a copy takes everything.
            return
        asking = frame
        while _passes_on(asking.f_code.co_filename) and asking.f_back is not None:
            asking = asking.f_back
        file = asking.f_code.co_filename
        self._asked_at.setdefault((file, asking.f_lineno or 0, self._is_own(file)), set()).add(name)

    def _asked(self, *, by_project: bool) -> set[str]:
        # What takes nearly all of them makes a copy, and uses none.
        most = len(self._given) * 0.8
        lines = [
            names for (_, _, own), names in self._asked_at.items() if (own or not by_project) and len(names) < most
        ]
        return set().union(*lines)

    def _words(self) -> set[str]:
        """Every name in the project's own modules that were imported."""
        files = {str(getattr(module, "__file__", None) or "") for module in list(sys.modules.values())}
        return {word for file in files if self._is_own(file) for word in _WORD.findall(_text(file))}

    def _is_own(self, file: str) -> bool:
        # A virtual environment usually lies inside the project.
        return file.startswith(self._entry) and "site-packages" not in file


def _passes_on(file: str) -> bool:
    """Whether code asks for its caller: that of ``os.environ``, and a library that looks settings up."""
    return "<frozen " in file or file.endswith(_OF_ENVIRON) or any(library in file for library in _LIBRARIES)


def _names(file: str) -> list[str]:
    return _NAME.findall(_text(file))


def _text(file: str) -> str:
    try:
        return Path(file).read_text("utf-8", "replace")
    except OSError:
        return ""


def _settings_classes() -> Iterator[Any]:
    """Classes of settings that the application has, of pydantic 1 and 2."""
    for name in ("pydantic_settings", "pydantic.env_settings", "pydantic.v1.env_settings"):
        base = getattr(sys.modules.get(name), "BaseSettings", None)
        if base is not None:
            yield from _below(base)


def _below(kind: Any) -> Iterator[Any]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _env_files(settings: Any) -> list[str]:
    """Files that a class reads when settings are made of it, which may be as late as in a request."""
    config = getattr(settings, "model_config", None)
    files = config.get("env_file") if config is not None else getattr(settings.__config__, "env_file", None)
    several = files if isinstance(files, (list, tuple)) else [] if files is None else [files]
    return [os.path.abspath(Path(file).expanduser()) for file in several]


def _variables(settings: Any) -> Iterator[str]:
    """Names of the variables of a class of settings, as it is written and in the spelling of a shell."""
    for name in _spelled(settings):
        yield from (name, name.upper(), name.lower())


def _spelled(settings: Any) -> Iterator[str]:
    if getattr(settings, "model_config", None) is None:
        for field in settings.__fields__.values():
            yield from field.field_info.extra.get("env_names", ())
        return
    prefix = str(settings.model_config.get("env_prefix") or "")
    nested = settings.model_config.get("env_nested_delimiter")
    for name, field in settings.model_fields.items():
        choices = getattr(field.validation_alias, "choices", [field.validation_alias])
        yield from (choice for choice in choices if isinstance(choice, str))
        yield f"{prefix}{name}"
        if nested:
            start = f"{prefix}{name}{nested}".upper()
            yield from (each for each in os.environ if each.upper().startswith(start))
