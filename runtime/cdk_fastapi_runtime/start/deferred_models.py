"""The schema, validator and serializer of a pydantic model wait for its first use.

Fields, signature and deprecation are there at once, and no setting changes: with pydantic's own ``defer_build`` FastAPI
would read the signature of a class that has none yet, and drop parameters in silence. What waits is completed by
pydantic's own code, under the lock that pydantic has for it since 2.14; before, nothing waits.
"""

from __future__ import annotations

import functools
from typing import Any
from weakref import WeakSet


def install_deferred_models() -> bool:
    """Changes pydantic in this process, if it has every part that this needs."""
    try:
        from pydantic import BaseModel, main
        from pydantic._internal import _generate_schema, _mock_val_ser, _model_construction, _signature
    except ImportError:
        return False
    construction: Any = _model_construction
    generate: Any = _generate_schema.GenerateSchema
    try:
        deferral = _Deferral(BaseModel, generate, _mock_val_ser, construction, _signature, main)
    except (AttributeError, KeyError):
        return False
    construction.complete_model_class = deferral.complete_model_class
    generate._model_schema = deferral.model_schema()
    return True


class _Deferral:
    def __init__(self, base: Any, generate: Any, mocks: Any, construction: Any, signature: Any, main: Any) -> None:
        self._on_complete = vars(base)["__pydantic_on_complete__"].__func__
        self._own_schema = vars(base)["__get_pydantic_core_schema__"].__func__
        self._complete = construction.complete_model_class
        self._set_deprecated_descriptors = construction.set_deprecated_descriptors
        self._lazy_attribute = construction.LazyClassAttribute
        self._generate_signature = signature.generate_pydantic_signature
        self._set_mocks = mocks.set_model_mocks
        self._model_schema = generate._model_schema
        # What waits is completed by several threads at once, which is safe since pydantic has this.
        self._lock = main._rebuild_lock
        self._seen: WeakSet[type] = WeakSet()
        self._waiting: WeakSet[type] = WeakSet()

    def complete_model_class(self, cls: Any, config: Any, namespaces: Any, **options: Any) -> bool:
        """In place of pydantic's own."""
        defined = cls not in self._seen and options.get("raise_errors") is False
        self._seen.add(cls)
        if not (defined and self._can_wait(cls, config)):
            self._waiting.discard(cls)
            complete: bool = self._complete(cls, config, namespaces, **options)
            return complete
        self._waiting.add(cls)
        self._set_mocks(cls)
        self._set_deprecated_descriptors(cls)
        cls.__signature__ = self._lazy_attribute(
            "__signature__",
            functools.partial(
                self._generate_signature,
                init=cls.__init__,
                fields=cls.__pydantic_fields__,
                validate_by_alias=config.validate_by_alias,
                extra=config.extra,
            ),
        )
        return True

    def model_schema(self) -> Any:
        """In place of pydantic's own: a model in the schema of another is completed before it, as at definition."""

        @functools.wraps(self._model_schema)
        def _model_schema(schema: Any, cls: Any) -> Any:
            if cls in self._waiting:
                self._waiting.discard(cls)
                cls.model_rebuild(raise_errors=False, _parent_namespace_depth=0)
            return self._model_schema(schema, cls)

        return _model_schema

    def _can_wait(self, cls: Any, config: Any) -> bool:
        decorators = cls.__pydantic_decorators__
        return (
            cls.__pydantic_fields_complete__
            and not config.plugin_settings
            and cls.__pydantic_on_complete__.__func__ is self._on_complete
            and cls.__get_pydantic_core_schema__.__func__ is self._own_schema
            # Their return types may be text, which means what its names mean at definition.
            and not (decorators.computed_fields or decorators.field_serializers or decorators.model_serializers)
            and "<locals>" not in cls.__qualname__
        )
