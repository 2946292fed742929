"""The JSON that pydantic accepts, as a schema that is never stricter than pydantic, and often looser.

It is read from pydantic's validation schemas instead of the OpenAPI document, because the document lacks
conversions (``"1"`` for a number), validators with mode ``before`` and aliases of a field, and because its author may
override it.

The schemas are JSON schema draft 4, in the part of it that stays right when a reader drops a keyword: a dropped keyword
accepts more. ``null`` is what is no other type, since OpenAPI 3.0 has no name for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any

Schema = dict[str, Any]
Core = Mapping[str, Any]

Kinds = dict[str, list[Schema]]
"""The types of JSON that are accepted, each with alternatives of what else holds; an empty one is no condition."""

TYPES = ("object", "array", "string", "number", "boolean", "null")
NULL = "NullValue"
"""Name of the definition of ``null``."""

_REFERENCE = "#/definitions/"


class Acceptance:
    """Schemas of what is accepted, with the definitions that they refer to."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self._cores: dict[str, Core] = {}
        self._open: set[str] = set()

    def kinds(self, core: Core, config: Core | None = None) -> Kinds:
        """The types that a schema of pydantic's accepts: everything where it is not known better."""
        reader = _READERS.get(core.get("type", ""))
        return _anything() if reader is None else reader(self, core, config or {})

    def render(self, kinds: Kinds) -> Schema:
        """The same as JSON schema."""
        if all(_unconditional(kinds.get(name, [])) for name in TYPES):
            return {}
        parts = [part for name in TYPES for part in self._parts(name, kinds.get(name, []))]
        return parts[0] if len(parts) == 1 else {"anyOf": parts}

    def _parts(self, name: str, alternatives: list[Schema]) -> list[Schema]:
        if not alternatives:
            return []
        if name == "null":
            self.definitions[NULL] = {"allOf": [{"not": {"type": other}} for other in TYPES if other != "null"]}
            return [{"$ref": _REFERENCE + NULL}]
        if _unconditional(alternatives):
            return [{"type": name}]
        return [each if "$ref" in each else {"type": name, **each} for each in alternatives]

    def _of(self, core: Core, config: Core) -> Schema:
        return self.render(self.kinds(core, config))

    def _define(self, name: str, schema: Schema) -> Schema:
        """A reference to a definition: one with the same content, or a new one with a number."""
        base = "".join(character for character in name if character.isascii() and character.isalnum()) or "Model"
        own, number = f"{base}1" if base == NULL else base, 2
        while self.definitions.setdefault(own, schema) != schema:
            own, number = f"{base}{number}", number + 1
        return {"$ref": _REFERENCE + own}

    def _model(self, core: Core, config: Core) -> Kinds:
        own = core.get("config") or (config if core["type"] == "typed-dict" else {})
        if core.get("root_model"):
            return self.kinds(core["schema"], own)
        # A model with a constructor of its own may accept anything.
        if core.get("custom_init"):
            return _anything()
        kinds = self.kinds(core["schema"], own)
        if set(kinds) != {"object"} or _unconditional(kinds["object"]):
            return kinds
        name = getattr(core.get("cls"), "__name__", "")
        return {"object": [self._define(name, {"type": "object", **each}) for each in kinds["object"]]}

    def _typed_dict(self, core: Core, config: Core) -> Kinds:
        inner = {**core, "type": "fields"}
        return self._model({**core, "custom_init": False, "schema": inner}, config)

    def _fields(self, core: Core, config: Core) -> Kinds:
        fields = core["fields"]
        named = fields.items() if isinstance(fields, Mapping) else [(field["name"], field) for field in fields]
        own = core.get("config") or config
        properties: dict[str, Schema] = {}
        required: list[str] = []
        for name, field in named:
            names = _names(name, field, own)
            # Of several names pydantic takes the first that is there, and the others may hold anything.
            schema = self._of(field["schema"], own) if len(names) == 1 else {}
            properties.update(dict.fromkeys(names, schema))
            if len(names) == 1 and _is_required(field, core):
                required.append(names[0])
        forbids = (core.get("extra_behavior") or own.get("extra_fields_behavior")) == "forbid"
        told = properties if forbids else {name: schema for name, schema in properties.items() if schema}
        return {
            "object": [
                {
                    **({"properties": told} if told else {}),
                    **({"required": required} if required else {}),
                    **({"additionalProperties": False} if forbids else {}),
                }
            ]
        }

    def _array(self, core: Core, config: Core) -> Kinds:
        items = self._of(core["items_schema"], config) if isinstance(core.get("items_schema"), Mapping) else {}
        # Of a set, repeated items count once.
        bounds = {
            "minItems": core.get("min_length"),
            "maxItems": core.get("max_length") if core["type"] == "list" else None,
        }
        return {"array": [{**({"items": items} if items else {}), **_given(bounds)}]}

    def _dict(self, core: Core, config: Core) -> Kinds:
        values = self._of(core["values_schema"], config) if "values_schema" in core else {}
        bounds = _given({"minProperties": core.get("min_length")})
        return {"object": [{**({"additionalProperties": values} if values else {}), **bounds}]}

    def _union(self, core: Core, config: Core) -> Kinds:
        choices = core["choices"]
        listed: Iterable[Any] = choices.values() if isinstance(choices, Mapping) else choices
        # A choice may stand beside its label.
        return _merged(self.kinds(each[0] if isinstance(each, tuple) else each, config) for each in listed)

    def _nullable(self, core: Core, config: Core) -> Kinds:
        return _merged([self.kinds(core["schema"], config), {"null": [{}]}])

    def _default(self, core: Core, config: Core) -> Kinds:
        # If invalid input is not an error, everything is accepted.
        return self.kinds(core["schema"], config) if core.get("on_error", "raise") == "raise" else _anything()

    def _inner(self, core: Core, config: Core) -> Kinds:
        return self.kinds(core["schema"], config)

    def _definitions(self, core: Core, config: Core) -> Kinds:
        self._cores.update({each["ref"]: each for each in core["definitions"]})
        return self.kinds(core["schema"], config)

    def _definition(self, core: Core, config: Core) -> Kinds:
        reference = core["schema_ref"]
        known = self._cores.get(reference)
        # No model of API Gateway refers to itself.
        if known is None or reference in self._open:
            return _anything()
        self._open.add(reference)
        kinds = self.kinds(known, config)
        self._open.discard(reference)
        return kinds


def refuses_blank(core: Core) -> bool:
    """Whether an empty text is certainly refused, as API Gateway refuses it for a required parameter."""
    kind = core.get("type", "")
    if kind in ("int", "float", "decimal", "bool", "date", "time", "datetime", "timedelta", "uuid", "url"):
        return True
    if kind == "str":
        return bool(core.get("min_length"))
    if kind in ("literal", "enum"):
        return set(_values(core) or [""]) <= _texts(core) - {""}
    if kind in ("list", "set", "frozenset"):
        return isinstance(core.get("items_schema"), Mapping) and refuses_blank(core["items_schema"])
    return kind == "function-after" and refuses_blank(core["schema"])


def _anything() -> Kinds:
    return {name: [{}] for name in TYPES}


def _unconditional(alternatives: list[Schema]) -> bool:
    return {} in alternatives


def _merged(all_kinds: Iterable[Kinds]) -> Kinds:
    merged: Kinds = {}
    for kinds in all_kinds:
        for name, alternatives in kinds.items():
            known = merged.setdefault(name, [])
            known.extend(each for each in alternatives if each not in known)
    return merged


def _given(bounds: Mapping[str, Any]) -> Schema:
    return {name: value for name, value in bounds.items() if value}


def _names(name: str, field: Core, config: Core) -> list[str]:
    """The names that the field may have in the data; an alias that is a path has its first step."""
    alias = field.get("validation_alias")
    if alias is None:
        return [name]
    by_name = config.get("validate_by_name") or config.get("populate_by_name")
    if isinstance(alias, str):
        return list(dict.fromkeys([alias, *([name] if by_name else [])]))
    # Choices and paths; what lies within a path is not the field itself: as if it had another name.
    return [*(str(step) for path in alias for step in (path[:1] if isinstance(path, list) else [path])), name]


def _is_required(field: Core, core: Core) -> bool:
    if field["type"] == "typed-dict-field":
        return bool(field.get("required", core.get("total", True)))
    return bool(field["schema"].get("type") != "default")


def _values(core: Core) -> list[Any] | None:
    """The values of a choice; none where code of the application decides."""
    if core["type"] == "literal":
        return [getattr(each, "value", each) for each in core["expected"]]
    looks_further = core["cls"]._missing_.__func__ is not Enum._missing_.__func__  # type: ignore[attr-defined]
    # Python 3.13 lets a member have more values than one.
    return None if looks_further else [*(member.value for member in core["members"]), *core["cls"]._value2member_map_]


def _texts(core: Core) -> set[str]:
    return {each for each in _values(core) or [] if isinstance(each, str)}


def _choice(_acceptance: Acceptance, core: Core, _config: Core) -> Kinds:
    values = _values(core)
    if values is None or not all(isinstance(each, str | int | float) or each is None for each in values):
        return _anything()
    if all(isinstance(each, str) for each in values):
        return {"string": [{"enum": list(dict.fromkeys(str(each) for each in values))}]}
    # 1, 1.0, "1" and true may be the same value.
    scalars: Kinds = {"string": [{}], "number": [{}], "boolean": [{}]}
    return {**scalars, "null": [{}]} if None in values else scalars


def _number(_acceptance: Acceptance, core: Core, _config: Core) -> Kinds:
    # What is told to be greater than a bound is not told to differ from it: not every reader knows that.
    bounds = {"minimum": core.get("ge", core.get("gt")), "maximum": core.get("le", core.get("lt"))}
    known = {name: value for name, value in bounds.items() if value is not None and math.isfinite(value)}
    number = {name: value if isinstance(value, int) else float(value) for name, value in known.items()}
    return {"number": [number], "string": [{}], "boolean": [{}]}


def _string(_acceptance: Acceptance, core: Core, config: Core) -> Kinds:
    def option(name: str) -> Any:
        return core.get(name, config.get(f"str_{name}"))

    bounds: dict[str, Any] = {}
    # Upper case may be longer; what is stripped is shorter.
    if not (option("to_upper") or option("to_lower")):
        bounds["minLength"] = option("min_length")
        bounds["maxLength"] = None if option("strip_whitespace") else option("max_length")
    accepted: Kinds = {"string": [_given(bounds)]}
    if core.get("coerce_numbers_to_str", config.get("coerce_numbers_to_str")):
        accepted["number"] = [{}]
    return accepted


def _plain(*names: str) -> Callable[[Acceptance, Core, Core], Kinds]:
    return lambda _acceptance, _core, _config: {name: [{}] for name in names}


_TEMPORAL = _plain("string", "number", "boolean")

_READERS: dict[str, Callable[[Acceptance, Core, Core], Kinds]] = {
    "none": _plain("null"),
    "bool": _TEMPORAL,
    "int": _number,
    "float": _number,
    "decimal": _number,
    "str": _string,
    "bytes": _plain("string"),
    "date": _TEMPORAL,
    "time": _TEMPORAL,
    "datetime": _TEMPORAL,
    "timedelta": _TEMPORAL,
    "uuid": _plain("string"),
    "url": _plain("string"),
    "multi-host-url": _plain("string"),
    "json": _plain("string"),
    "literal": _choice,
    "enum": _choice,
    "list": Acceptance._array,
    "set": Acceptance._array,
    "frozenset": Acceptance._array,
    "tuple": _plain("array"),
    "dict": Acceptance._dict,
    "model": Acceptance._model,
    "dataclass": Acceptance._model,
    "typed-dict": Acceptance._typed_dict,
    "fields": Acceptance._fields,
    "model-fields": Acceptance._fields,
    "dataclass-args": Acceptance._fields,
    "union": Acceptance._union,
    "tagged-union": Acceptance._union,
    "nullable": Acceptance._nullable,
    "default": Acceptance._default,
    "function-after": Acceptance._inner,
    "custom-error": Acceptance._inner,
    "definitions": Acceptance._definitions,
    "definition-ref": Acceptance._definition,
    "lax-or-strict": lambda acceptance, core, config: acceptance.kinds(core["lax_schema"], config),
    "json-or-python": lambda acceptance, core, config: acceptance.kinds(core["python_schema"], config),
    "chain": lambda acceptance, core, config: acceptance.kinds(core["steps"][0], config),
}
