"""Maps that come from the library by value: a change of one would be lost without a word, so that it is an error here."""

from __future__ import annotations

from typing import Any, NoReturn


class FrozenMap(dict[str, Any]):
    """A map as it was when it was read. ``{**map, "Key": value}`` makes a new one."""

    def _refuse(self, *_arguments: Any, **_named: Any) -> NoReturn:
        raise TypeError(
            "`apis` is a copy, so that a change of it would be lost: "
            'assign a new map, `config.apis = {**config.apis, "MyApi": url}`, or call `set("apis", "MyApi", url)` of RuntimeConfig'
        )

    __setitem__ = __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = _refuse  # type: ignore[assignment]
