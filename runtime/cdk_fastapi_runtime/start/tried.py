"""The versions that lazy routes were tested with; with any other version FastAPI builds its routes at registration.

``tests/sameness/versions.py`` and ``tests/upstream.py`` try them.
"""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import VERSION

Minor = tuple[int, int]

FASTAPI: tuple[Minor, Minor] = ((0, 110), (0, 165))
PYDANTIC: tuple[Minor, Minor] = ((2, 8), (2, 14))
PYTHON: tuple[Minor, Minor] = ((3, 11), (3, 13))

_NAMES = """
DefaultPlaceholder EventSourceResponse IntEnum Response ServerSentEvent _APIRouteLike __doc__
_build_dependant_with_parameterless_dependencies _effective_route_context_var _embed_body_fields _flat_dependant
_get_body_field _get_flat_body_params _is_async_gen_callable _is_gen_callable _should_embed_body_fields app
body_field body_params call callable callbacks cast cleandoc compile_path create_cloned_field create_model_field
create_response_field dependant dependencies dependency_overrides_provider deprecated description dict endpoint
_get_request_param_names _request_param_names
form_limits generate_unique_id_function get get_body_field get_dependant get_flat_dependant get_name
get_parameterless_sub_dependant get_request_handler get_route_handler get_stream_item_type
get_typed_return_annotation include_in_schema insert inspect int is_async_gen_callable
is_body_allowed_for_status_code is_gen_callable is_json_stream is_sse_stream isinstance items lenient_issubclass
list max_body_size methods name openapi_extra operation_id original_route param_convertors path path_format
path_regex request_response response_class response_description response_field response_fields response_model
response_model_by_alias response_model_exclude response_model_exclude_defaults response_model_exclude_none
response_model_exclude_unset response_model_include responses secure_cloned_response_field split status_code
stream_item_field stream_item_type strict_content_type strip summary tags unique_id upper validate_max_body_size
value
"""
NAMES = frozenset(_NAMES.split())
"""Every name in the code that registers a route, in the versions that were tried: a fork may have others."""


def untried() -> str | None:
    """What of the installed versions was not tried, if anything; FastAPI need not be imported for it."""
    python = ".".join(map(str, sys.version_info[:3]))
    for name, found, (oldest, newest) in (
        ("FastAPI", _fastapi_version(), FASTAPI),
        ("pydantic", VERSION, PYDANTIC),
        ("Python", python, PYTHON),
    ):
        if not oldest <= _minor(found) <= newest:
            return f"{name} {found}"
    return None


def unknown_code(routing: Any) -> str | None:
    """What is new in the code that registers routes, if anything; ``routing`` is the module ``fastapi.routing``."""
    try:
        functions = [routing.APIRoute.get_route_handler]
        if hasattr(routing, "_populate_api_route_state"):
            functions.append(routing._populate_api_route_state)
            functions.append(getattr(routing, "_build_dependant_with_parameterless_dependencies", functions[0]))
        else:
            functions.append(routing.APIRoute.__init__)
        unknown = sorted({name for function in functions for name in function.__code__.co_names} - NAMES)
    except AttributeError as error:
        return f"this registration of routes: {error}"
    return f"names in the registration of routes: {', '.join(unknown)}" if unknown else None


def _fastapi_version() -> str:
    """From the text of the package: importing it makes its models, and a bundle need not have its metadata."""
    spec = find_spec("fastapi")
    text = Path(spec.origin).read_text(encoding="utf-8", errors="replace") if spec and spec.origin else ""
    found = re.search(r"^__version__ = \"(.+)\"", text, re.MULTILINE)
    return found.group(1) if found else "of unknown version"


def _minor(found: str) -> Minor:
    parts = re.match(r"(\d+)\.(\d+)", found)
    return (int(parts.group(1)), int(parts.group(2))) if parts else (0, 0)
