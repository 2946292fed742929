"""What the initialization leaves for later, and that nobody can tell."""

import copy
import gc
import inspect
import json
import logging
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Annotated, Any, TypeVar

import fastapi.routing
import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse
from starlette.routing import Host, Match, Route

from cdk_fastapi_runtime.guard.operation_guard import Operation
from cdk_fastapi_runtime.start import deferred_models, initialization, pydantic_v1, tried
from cdk_fastapi_runtime.start.collector import PausedCollector
from cdk_fastapi_runtime.start.initialization import Initialization
from cdk_fastapi_runtime.start.lazy_routes import install_lazy_routes
from cdk_fastapi_runtime.start.preparation import prepare
from cdk_fastapi_runtime.start.unbuilt import Unbuilt

RUNTIME = Path(__file__).parent.parent
TREE = hasattr(fastapi.routing, "_populate_api_route_state")


@pytest.fixture(scope="module", autouse=True)
def lazy() -> Iterator[None]:
    """As in a function; it stays, as there."""
    started = Initialization({})
    started.end()
    started.end()
    yield
    gc.unfreeze()


def waiting(route: Any) -> bool:
    return Unbuilt.of(route) is not None


def contexts(app: FastAPI) -> list[Any]:
    if not TREE:
        return [route for route in app.routes if isinstance(route, APIRoute)]
    included = [route for route in app.routes if hasattr(route, "effective_candidates")]
    return [context for route in included for context in route.effective_route_contexts()]  # type: ignore[attr-defined]


def ask_everything(directory: Path, module: str = "tests.sameness", **environment: str) -> dict[str, Any]:
    """In a process of its own, which has the versions of this one."""
    answers = directory / f"{len(list(directory.iterdir()))}.json"
    env = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", **environment}
    subprocess.run([sys.executable, "-m", module, answers], cwd=RUNTIME, env=env, check=True)
    asked: dict[str, Any] = json.loads(answers.read_text())
    return asked


def test_answers_documents_and_order_are_the_same(tmp_path: Path) -> None:
    lazily, eagerly = ask_everything(tmp_path), ask_everything(tmp_path, CDK_FASTAPI_EAGER_ROUTES="1")
    assert lazily["waiting"] > 15
    assert eagerly["waiting"] == 0
    for part in eagerly["asked"]:
        assert lazily["asked"][part] == eagerly["asked"][part], part
    assert len({tuple(answer[:2]) for answer in eagerly["asked"]["answers"] if answer[2:3] == [200]}) > 30


def test_instrumentation_sees_the_same(tmp_path: Path) -> None:
    for library in ("opentelemetry.instrumentation.fastapi", "prometheus_fastapi_instrumentator", "sentry_sdk"):
        if not find_spec(library.partition(".")[0]):
            pytest.skip(f"{library} is not installed")
    module = "tests.sameness.instrumented"
    lazily = ask_everything(tmp_path, module)
    eagerly = ask_everything(tmp_path, module, CDK_FASTAPI_EAGER_ROUTES="1")
    assert (lazily["waiting"], eagerly["waiting"]) == (2, 0)
    assert lazily["seen"] == eagerly["seen"]
    assert len(eagerly["seen"]["transactions"]) > 4


def test_a_route_is_built_by_its_first_request() -> None:
    app, router = FastAPI(), APIRouter()
    router.add_api_route("/{number}", lambda number: number)
    router.add_api_route("/other/{number}", lambda number: number)
    app.include_router(router, prefix="/in")
    used, unused = contexts(app)[-2:]
    # FastAPI before 0.137 asks every request of a route for nothing that is built.
    assert TestClient(app).get("/in/1").json() == "1"
    assert waiting(used)
    assert used.dependant.path_params[0].name == "number"
    assert not waiting(used)
    assert waiting(unused)


def test_what_was_written_meanwhile_stays() -> None:
    app = FastAPI()
    app.add_api_route("/x", lambda a: a, operation_id="before")
    route: Any = app.routes[-1]
    route.operation_id, route.body_field = "after", "mine"
    assert route.dependant.query_params[0].name == "a"
    assert (route.operation_id, route.body_field) == ("after", "mine")


def test_a_handler_is_made_of_what_the_route_was_then(monkeypatch: pytest.MonkeyPatch) -> None:
    app, made = FastAPI(), []
    app.add_api_route("/x", lambda: 1, status_code=201)
    original = fastapi.routing.get_request_handler

    def traced(*arguments: Any, **keywords: Any) -> Any:
        made.append(keywords["status_code"])
        return original(*arguments, **keywords)

    monkeypatch.setattr(fastapi.routing, "get_request_handler", traced)
    app.add_api_route("/y", lambda: 1, status_code=202)
    for route in app.routes[-2:]:
        route.status_code = 200  # type: ignore[attr-defined]
    client = TestClient(app)
    assert [client.get(path).status_code for path in ("/x", "/y", "/y")] == [201, 202, 202]
    assert made == [202]


def test_a_copy_of_a_route_is_one() -> None:
    app, router = FastAPI(), APIRouter()
    router.add_api_route("/x", lambda a: a)
    route: Any = router.routes[-1]
    copies: list[Any] = [copy.copy(route), copy.deepcopy(route), copy.deepcopy(route)]
    for copied in copies[:2]:
        assert copied.dependant.query_params[0].name == "a"
    assert waiting(route)
    app.router.routes.append(copies[2])
    assert TestClient(app).get("/x?a=1").json() == "1"


def test_a_class_without_parts_is_as_it_was() -> None:
    with pytest.raises(AttributeError, match="'APIRoute' object has no attribute 'dependant'"):
        APIRoute.dependant  # noqa: B018
    for bare in (APIRoute, APIRoute.__new__(APIRoute)):
        with pytest.raises(AttributeError, match="'APIRoute' object has no attribute"):
            bare.dependant  # noqa: B018
        with pytest.raises(AttributeError, match="path_regex"):
            bare.path_regex  # noqa: B018
    if TREE:
        context = fastapi.routing._EffectiveRouteContext  # type: ignore[attr-defined]
        assert context.dependant is None
        assert context(original_route=None).dependant is None


def test_an_endpoint_must_be_callable() -> None:
    with pytest.raises((AssertionError, TypeError), match="callable"):
        FastAPI().add_api_route("/x", "no endpoint")  # type: ignore[arg-type]


def test_a_class_with_parts_of_its_own_is_built_at_once() -> None:
    class Own(APIRoute):
        body_field = None

    app = FastAPI()
    app.router.route_class = Own
    app.add_api_route("/x", lambda: 1)
    assert not waiting(app.routes[-1])


def test_a_replaced_route_class_is_as_lazy(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mine(APIRoute):
        def __init__(self, path: str, endpoint: Any, **options: Any) -> None:
            super().__init__(f"/mine{path}", endpoint, **options)

    monkeypatch.setattr(fastapi.routing, "APIRoute", Mine)
    app, other, router = FastAPI(), FastAPI(), APIRouter(route_class=Mine)
    router.add_api_route("/x", lambda a: a)
    for each in (app, other):
        each.include_router(router, prefix="/in")
        each.router.routes.extend(router.routes)
    assert waiting(router.routes[0])
    for each in (app, other):
        client = TestClient(each)
        assert client.get("/mine/x?a=1").json() == "1"
        assert client.get("/in/mine/x?a=2").status_code == (200 if TREE else 404)


def test_routes_may_change_after_the_start() -> None:
    app, router = FastAPI(), APIRouter(prefix="/in")
    router.add_api_route("/one", lambda: 1)
    app.include_router(router)
    client = TestClient(app)
    assert [client.get(path).status_code for path in ("/in/one", "/in/two", "/other")] == [200, 404, 404]
    app.add_api_route("/other", lambda: 3)
    app.router.routes[:] = [route for route in app.routes if getattr(route, "path", "") != "/docs"]
    assert [client.get(path).status_code for path in ("/other", "/docs")] == [200, 404]
    if TREE:
        # FastAPI before copies the routes when the router is included.
        router.add_api_route("/two", lambda: 2)
        router.add_api_route("/../out", lambda: 4)
        assert client.get("/in/two").json() == 2


def test_routers_are_passed_over_by_their_paths_alone() -> None:
    if not TREE:
        pytest.skip("this FastAPI includes routers by copying their routes")

    class Anywhere(APIRoute):
        def matches(self, scope: Any) -> Any:
            return Match.FULL, {"endpoint": self.endpoint, "path_params": {}, "route": self}

    app, first, second, third = FastAPI(), APIRouter(prefix="/first"), APIRouter(), APIRouter()
    first.add_api_route("/{key}", lambda key: key)
    first.mount("/files", FastAPI())
    second.routes.append(Anywhere("/second", lambda: "anywhere"))
    third.include_router(second, prefix="/third")
    app.include_router(first, prefix="/{tenant}")
    app.include_router(third)
    client = TestClient(app)
    assert client.get("/tenant/first/1").json() == "1"
    assert client.get("/quite/else").json() == "anywhere"
    app, router = FastAPI(), APIRouter()
    router.routes.append(
        Host("testserver", app=FastAPI(routes=[Route("/x", lambda request: PlainTextResponse("host"))]))
    )
    app.include_router(first)
    app.include_router(router, prefix="/by")
    client = TestClient(app)
    assert [client.get(path).text for path in ("/by/x", "/first/2")] == ["host", '"2"']
    assert client.get("/none").status_code == 404


def test_a_wrong_route_fails_when_it_is_used() -> None:
    app = FastAPI()

    class NoModel: ...

    app.add_api_route("/x", lambda a: a, response_model=NoModel)
    with pytest.raises(fastapi.exceptions.FastAPIError, match="Invalid args for response field"):
        app.openapi()


def test_signatures_are_those_of_the_registration() -> None:
    app = FastAPI()

    def inner(size: int) -> int:
        return size

    def dependency(size: Annotated[int, Depends(inner)], *, more: int = 1) -> int:
        return size

    def endpoint(a: Annotated[int, Depends(dependency)], b: int = Depends(inner)) -> int:
        return a

    app.add_api_route("/before", endpoint)
    app.add_api_route("/same", endpoint)
    inner.__annotations__ = {"size": str}
    dependency.__kwdefaults__ = {"more": 2}
    app.add_api_route("/after", endpoint)
    endpoint.__annotations__ = {"a": str}
    endpoint.__defaults__ = ("b",)
    app.add_api_route("/again", endpoint)
    before, same, after, again = (route.dependant for route in app.routes[-4:])  # type: ignore[attr-defined]
    for dependant in (before, same):
        assert dependant.call is endpoint
        assert dependant.dependencies[0].dependencies[0].query_params[0].field_info.annotation is int
    assert after.dependencies[0].query_params[0].default == 2
    assert again.query_params[0].field_info.annotation is str
    assert again.dependencies == []


def test_twelve_threads_build_a_route_once() -> None:
    app, built, interval = FastAPI(), [], sys.getswitchinterval()

    def unique(route: Any) -> str:
        return str(route.path)

    for number in range(40):
        app.add_api_route(f"/{number}", lambda a, b: 1, generate_unique_id_function=unique)
    routes: list[Any] = app.routes[-40:]
    for route in routes:
        unbuilt = Unbuilt.of(route)
        build = unbuilt._build
        unbuilt._build = lambda scratch, route=route, build=build: (built.append(route.path), build(scratch))
    barrier, found = threading.Barrier(12), []

    def use() -> None:
        barrier.wait()
        for route in routes:
            found.append((route.path, id(route.dependant), len(route.dependant.query_params)))

    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=use) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert len(found) == 480
    assert len(set(found)) == 40
    assert sorted(built) == sorted(route.path for route in routes)


FLAT = """
from fastapi.routing import Default, Dependant, compile_path, get_dependant, get_request_handler, request_response
from fastapi.dependencies.utils import get_typed_return_annotation
class APIRoute:
    def __init__(self, path, endpoint, *, response_model=Default(None), generate_unique_id_function=None):
        self.unique_id, self.endpoint = "unique", endpoint
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.dependant = get_dependant(path=path, call=endpoint)
        self.app = request_response(self.get_route_handler())
    def get_route_handler(self):
        return get_request_handler(dependant=self.dependant)
"""


def test_a_registration_in_one_function_as_before_0_137(monkeypatch: pytest.MonkeyPatch) -> None:
    """In its outline; ``matrix.py`` and ``sameness.versions`` run these tests with the versions themselves."""
    from fastapi import params
    from fastapi.dependencies import utils

    for name in ("get_typed_signature", "get_typed_return_annotation"):
        monkeypatch.setattr(utils, name, getattr(utils, name))
    flat: Any = ModuleType("flat")
    exec(FLAT, vars(flat))
    install_lazy_routes(flat, utils, params)
    route, eager = flat.APIRoute("/x/{a}", lambda a: a), type("Own", (flat.APIRoute,), {"dependant": None})("/", print)
    assert waiting(route)
    assert not waiting(eager)
    assert route.path_regex.match("/x/1")
    assert "get_route_handler" not in vars(route)
    assert route.dependant.path_params[0].name == "a"


class TestPreparation:
    def app(self) -> FastAPI:
        app, first, second = FastAPI(), APIRouter(prefix="/first"), APIRouter(prefix="/second")
        inner = APIRouter()
        app.add_api_route("/direct/{key:int}", lambda key: key, methods=["GET", "HEAD"])
        for router in (first, second):
            router.add_api_route("/{key:path}", lambda key: key)
        inner.add_api_route("/deep/{key}", lambda key: key, methods=["PUT"])
        second.include_router(inner, prefix="/{level:int}")
        app.include_router(first)
        app.include_router(second)
        app.mount("/mounted", FastAPI())
        return app

    @pytest.mark.parametrize(
        ("operations", "environ", "expected"),
        [
            (["GET /direct/{key}"], {}, ["/direct/{key}"]),
            (["GET /first/{key}", "POST /second/{key}"], {}, ["/first/{key}"]),
            (["PUT /second/{level}/deep/{key}"], {}, ["/second/{level}/deep/{key}"]),
            (["GET /none"], {}, []),
            ([], {}, []),
            ([], {"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}, []),
            (
                [],
                {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"},
                ["/direct/{key}", "/first/{key}", "/second/{key}", "/second/{level}/deep/{key}"],
            ),
        ],
    )
    def test_builds_the_operations_of_the_function(
        self, monkeypatch: pytest.MonkeyPatch, operations: list[str], environ: dict[str, str], expected: list[str]
    ) -> None:
        built: list[str] = []
        before = Unbuilt.prepare

        def note(unbuilt: Unbuilt) -> None:
            before(unbuilt)
            built.append(unbuilt._parts["dependant"].path)

        app = self.app()
        monkeypatch.setattr(Unbuilt, "prepare", note)
        prepare(app.router.routes, [Operation.parse(operation) for operation in operations], environ)
        assert built == expected

    def test_leaves_other_routers_alone(self) -> None:
        if not TREE:
            pytest.skip("this FastAPI includes routers by copying their routes")
        app = self.app()
        for _ in range(2):
            prepare(app.router.routes, [Operation("GET", "/first/{key}")], {})
        versions = [getattr(route, "_effective_candidates_version", None) for route in app.routes[-3:-1]]
        assert versions[0] is not None
        assert versions[1] is None


class TestCollector:
    @pytest.fixture(autouse=True)
    def thresholds(self) -> Iterator[None]:
        before = gc.get_threshold()
        gc.set_threshold(700, 10, 10)
        yield
        gc.set_threshold(*before)

    def test_waits_and_goes_on(self) -> None:
        paused = PausedCollector()
        assert gc.get_threshold()[0] == 0
        paused.resume({})
        assert gc.get_threshold() == (700, 10, 10)
        assert gc.get_freeze_count() > 0

    def test_leaves_the_last_word_to_the_application(self) -> None:
        paused = PausedCollector()
        gc.set_threshold(5000)
        paused.resume({})
        assert gc.get_threshold()[0] == 5000

    @pytest.mark.parametrize(("kind", "collected"), [("on-demand", False), ("snap-start", True)])
    def test_leaves_no_garbage_in_a_snapshot(self, kind: str, collected: bool) -> None:
        class Garbage: ...

        paused = PausedCollector()
        gone: list[bool] = []
        garbage = Garbage()
        garbage.itself = garbage  # type: ignore[attr-defined]
        import weakref

        weakref.finalize(garbage, gone.append, True)
        del garbage
        paused.resume({"AWS_LAMBDA_INITIALIZATION_TYPE": kind})
        assert bool(gone) is collected
        gc.unfreeze()
        gc.collect()


class TestVersions:
    def test_these_are_tried(self) -> None:
        assert tried.untried() is None
        assert initialization._install() is None

    @pytest.mark.parametrize(
        ("name", "versions", "reason"),
        [
            ("FASTAPI", ((0, 1), (0, 2)), "FastAPI "),
            ("PYDANTIC", ((2, 99), (3, 0)), "pydantic "),
            ("PYTHON", ((3, 8), (3, 9)), "Python 3."),
        ],
    )
    def test_others_are_not(self, monkeypatch: pytest.MonkeyPatch, name: str, versions: Any, reason: str) -> None:
        monkeypatch.setattr(tried, name, versions)
        found = tried.untried()
        assert found is not None
        assert found.startswith(reason)

    def test_a_fastapi_that_hides_its_version_is_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tried, "find_spec", lambda name: SimpleNamespace(origin=os.devnull))
        assert tried.untried() == "FastAPI of unknown version"

    def test_a_fork_is_not(self) -> None:
        def handler(self: Any) -> None:
            return self.forked

        fork = SimpleNamespace(APIRoute=type("APIRoute", (), {"__init__": handler, "get_route_handler": handler}))
        assert tried.unknown_code(fork) == "names in the registration of routes: forked"
        assert "has no attribute" in str(tried.unknown_code(SimpleNamespace()))

    def test_one_line_says_so(self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
        monkeypatch.setattr(initialization, "_install", lambda: "FastAPI 9.9")
        with caplog.at_level(logging.DEBUG):
            Initialization({}).end()
            Initialization({"CDK_FASTAPI_EAGER_ROUTES": "1"}).end()
        assert caplog.messages == ["Routes and models are built at start, because this was not tried with FastAPI 9.9"]

    @pytest.mark.parametrize("unknown", ["untried", "unknown_code"])
    def test_nothing_is_changed_then(self, monkeypatch: pytest.MonkeyPatch, unknown: str) -> None:
        monkeypatch.setattr(initialization, unknown, lambda *arguments: "a reason")
        monkeypatch.setattr(deferred_models, "install_deferred_models", lambda: None)
        assert initialization._install.__wrapped__() == "a reason"


T = TypeVar("T")


class TestModels:
    @pytest.fixture(autouse=True)
    def models(self) -> None:
        from pydantic import main

        if not hasattr(main, "_rebuild_lock"):
            pytest.skip("before pydantic 2.14 models do not wait")

    def test_wait_with_fields_and_signature(self) -> None:
        from .sameness.models import Child, Parent

        assert not Parent.__pydantic_complete__
        assert list(inspect.signature(Parent).parameters) == ["name", "children"]
        assert list(Parent.model_fields) == ["name", "children"]
        assert Parent(name="a", children=[{"age": 1}]).children == [Child(age=1)]
        assert Parent.__pydantic_complete__
        assert Child.__pydantic_complete__

    def test_a_schema_completes_the_models_in_it(self) -> None:
        from pydantic import TypeAdapter

        from .sameness.models import Listed

        assert not Listed.__pydantic_complete__
        assert TypeAdapter(list[Listed]).validate_python([{"a": 1}]) == [Listed(a=1)]
        assert Listed.__pydantic_complete__

    def test_some_do_not_wait(self) -> None:
        from .sameness import models

        eager = [models.Computed, models.Serialized, models.Hooked, models.OwnSchema, models.Local, models.Recursive]
        assert all(model.__pydantic_complete__ for model in eager)

    def test_are_pickled_copied_and_constructed_before_they_are_used(self) -> None:
        from pydantic import RootModel, TypeAdapter

        from .sameness import models

        constructed = models.Constructed.model_construct(a=1)
        assert TypeAdapter(Any).dump_json(constructed) == b'{"a":1}'
        assert pickle.loads(pickle.dumps(models.Pickled(a=1))) == models.Pickled(a=1)
        assert models.Root([1]).model_dump() == [1]
        assert models.Box[int](item=1).model_copy(deep=True) == models.Box[int](item=1)
        assert issubclass(models.Root, RootModel)
        assert models.Schema.model_json_schema()["properties"]["a"]["type"] == "integer"
        assert models.Deprecated(old=1).model_dump() == {"old": 1}
        with pytest.warns(DeprecationWarning, match="old is old"):
            models.Deprecated(old=1).old  # noqa: B018

    def test_threads_complete_a_model_together(self) -> None:
        from .sameness.models import Threaded

        barrier, found = threading.Barrier(12), []

        def use() -> None:
            barrier.wait()
            found.append(Threaded(a=1))

        threads = [threading.Thread(target=use) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [Threaded(a=1)] * 12

    @pytest.mark.parametrize("missing", ["module", "name"])
    def test_nothing_waits_where_a_part_is_missing(self, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
        from pydantic import main

        if missing == "module":
            monkeypatch.setitem(sys.modules, "pydantic._internal._signature", None)
            monkeypatch.delattr("pydantic._internal._signature", raising=False)
        else:
            monkeypatch.delattr(main, "_rebuild_lock")
        assert not deferred_models.install_deferred_models()


class TestPydantic1:
    def test_is_not_imported_to_know_that_nobody_uses_it(self) -> None:
        source = """
import sys
from cdk_fastapi_runtime.start.initialization import Initialization
from cdk_fastapi_runtime.start.lazy_routes import install_lazy_routes
Initialization({})
from fastapi import FastAPI, _compat
app = FastAPI()
app.add_api_route("/x", lambda a: a)
app.openapi()
shared = getattr(_compat, "shared", None)
if hasattr(shared, "is_pydantic_v1_model_class"):
    assert "pydantic.v1" not in sys.modules
    from pydantic import v1
    assert shared.is_pydantic_v1_model_class(type("Old", (v1.BaseModel,), {}))
"""
        subprocess.run([sys.executable, "-c", source], cwd=RUNTIME, check=True)

    def test_fastapi_without_the_question(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "fastapi._compat", None)
        pydantic_v1.install_pydantic_v1_check()
