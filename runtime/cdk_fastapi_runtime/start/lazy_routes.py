"""FastAPI builds a route when it is used, instead of when it is registered.

Registration runs FastAPI's own code, with stand-ins for the few functions in it that are expensive. What they would
have made (see ``unbuilt``) is made at its first use by the same code without stand-ins, on an object of its own.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, cast

from .included_routers import install_included_routers
from .namesakes import with_names
from .patterns import Pattern, compile_path
from .signatures import Signatures
from .unbuilt import PARTS, Handler, Part, Unbuilt, without_parts


def install_lazy_routes(routing: Any, utils: Any, params: Any) -> None:
    """Changes FastAPI in this process; its version must have been tried, see ``tried``.

    Args:
        routing: the module ``fastapi.routing``
        utils: the module ``fastapi.dependencies.utils``
        params: the module ``fastapi.params``
    """
    signatures = Signatures(utils, params)
    utils.get_typed_signature = signatures.get_typed_signature
    routing.get_typed_return_annotation = signatures.get_typed_return_annotation
    route = routing.APIRoute
    # Since FastAPI 0.137 a function of its own, for routes and for what they are in an included router.
    tree = hasattr(routing, "_populate_api_route_state")
    registration = _Registration(routing, signatures, routing._populate_api_route_state if tree else route.__init__)
    for owner in (route, routing._EffectiveRouteContext) if tree else (route,):
        for name in registration.parts:
            setattr(owner, name, Part(name, getattr(owner, name, AttributeError)))
        owner.path_regex = Pattern()
    if tree:
        routing._populate_api_route_state = registration.populate
        install_included_routers(routing)
    else:
        route.__init__ = _flat_init(routing, registration)
    route.get_route_handler = _get_route_handler(routing)


class _Registration:
    """FastAPI's registration of a route, without its expensive half."""

    def __init__(self, routing: Any, signatures: Signatures, populate: Any) -> None:
        self.parts = [name for name in PARTS if name in populate.__code__.co_names]
        self.original: Callable[..., None] = populate
        self._register = with_names(populate, routing, **_stand_ins(routing))
        self._signatures = signatures
        self._no_model = routing.Default(None)
        self._lazy: dict[type, bool] = {}

    def waits(self, route: object, endpoint: object) -> bool:
        """Whether this route can wait: not if its class has the parts as attributes of its own."""
        kind = type(route)
        if kind not in self._lazy:
            own = [inspect.getattr_static(kind, name, None) for name in self.parts]
            self._lazy[kind] = all(isinstance(part, Part) for part in own)
        return self._lazy[kind] and callable(endpoint)

    def populate(self, route: Any, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """In place of FastAPI's own."""
        if not self.waits(route, endpoint):
            self.original(route, path, endpoint, **options)
            return
        signatures = self._signatures
        declared = [signatures.declare(endpoint), *signatures.depended(options.get("dependencies") or ())]
        returned = {}
        if isinstance(options.get("response_model", self._no_model), type(self._no_model)):
            returned[id(endpoint)] = signatures.returned(declared[0])
        with signatures.as_declared({}, returned):
            self._register(route, path, endpoint, **options)
        Pattern.take(route)
        options = _kept(options, route.unique_id)

        def build(scratch: object) -> None:
            with signatures.as_declared(signatures.signatures(declared), returned):
                self.original(scratch, path, endpoint, **options)

        Unbuilt(build).take(route)


def _kept(options: dict[str, Any], unique_id: str) -> dict[str, Any]:
    """The options as they are now; the application may go on with its lists."""
    kept = {**options, "generate_unique_id_function": lambda route: unique_id}
    if options.get("dependencies"):
        kept["dependencies"] = list(options["dependencies"])
    if options.get("responses"):
        kept["responses"] = {status: dict(response) for status, response in options["responses"].items()}
    return kept


def _stand_ins(routing: Any) -> dict[str, Callable[..., Any]]:
    """What registration calls instead of what is expensive."""

    def get_dependant(*, path: str, call: Any = None, **_: object) -> Any:
        return routing.Dependant(path=path, call=call)

    def no_field(*_: object, **__: object) -> None: ...

    dependants = {"get_dependant": get_dependant, "get_parameterless_sub_dependant": get_dependant}
    fields = ("create_model_field", "create_response_field", "create_cloned_field")
    stand_ins: dict[str, Callable[..., Any]] = {**dependants, **dict.fromkeys(fields, no_field)}
    stand_ins["compile_path"] = compile_path
    build = getattr(routing, "_build_dependant_with_parameterless_dependencies", None)
    if build is not None:
        stand_ins[build.__name__] = with_names(build, routing, **dependants)
    return stand_ins


def _flat_init(routing: Any, registration: _Registration) -> Callable[..., None]:
    """``APIRoute.__init__`` before FastAPI 0.137, which registers and makes the handler."""
    original = registration.original

    @functools.wraps(original)
    def __init__(self: Any, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: N807
        if not registration.waits(self, endpoint):
            original(self, path, endpoint, **options)
            return
        # A class of the application may make its handler of the parts, which are not there before the end.
        vars(self)["get_route_handler"] = lambda: None
        registration.populate(self, path, endpoint, **options)
        del vars(self)["get_route_handler"]
        self.app = routing.request_response(self.get_route_handler())

    return __init__


def _get_route_handler(routing: Any) -> Callable[[Any], Handler]:
    original = routing.APIRoute.get_route_handler
    included = getattr(routing, "_effective_route_context_var", None)

    @functools.wraps(original)
    def get_route_handler(self: Any) -> Handler:
        context = included.get() if included else None
        route = self if context is None or context.original_route is not self else context
        unbuilt = Unbuilt.of(route)
        if unbuilt is None:
            return cast(Handler, original(self))
        # Tracing libraries replace this function, for what is made afterwards.
        get_request_handler = routing.get_request_handler

        def make(state: object) -> Handler:
            if routing.get_request_handler is get_request_handler:
                return cast(Handler, original(state))
            return cast(Handler, with_names(original, routing, get_request_handler=get_request_handler)(state))

        return unbuilt.handler(make, {**without_parts(self), **vars(route)})

    return get_route_handler
