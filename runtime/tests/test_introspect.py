"""``introspect.py`` as it is called: a process in the project's directory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cdk_fastapi_introspect.problem import Problem, from_exception

SCRIPT = Path(__file__).parent.parent / "introspect.py"

APP = "from fastapi import FastAPI\napp = FastAPI()\n"
ROUTE = "@app.get('/x')\ndef x() -> int: return 1\n"


class Run:
    """One project and what the script made of it."""

    def __init__(self, directory: Path) -> None:
        self.project = directory / "project"
        self.project.mkdir()
        self.out = directory / "out" / "openapi.json"
        self.out.parent.mkdir()
        self.environment = dict(os.environ)
        self.error = self.out.with_name("openapi.json.error")

    def write(self, name: str, source: str) -> None:
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        argv = [sys.executable, str(SCRIPT), "--entrypoint", "main:app", "--out", str(self.out), *arguments]
        env = {**self.environment, "PYTHONHASHSEED": "0", **environment}
        pipe = subprocess.PIPE
        return subprocess.Popen(argv, cwd=self.project, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def __call__(self, source: str, *arguments: str, **environment: str) -> dict[str, Any]:
        """The document, or the problem."""
        self.write("main.py", source)
        process = self.start(*arguments, **environment)
        self.stdout, self.stderr = process.communicate(timeout=60)
        assert process.returncode in (0, 3), self.stderr
        written = self.out if process.returncode == 0 else self.error
        assert sorted(self.out.parent.iterdir()) == [written]
        content: dict[str, Any] = json.loads(written.read_text())
        return content


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path.resolve())


def test_writes_the_document_with_facts(run: Run) -> None:
    run.write("pkg/__init__.py", "")
    run.write(
        "pkg/items.py",
        "from fastapi import APIRouter\nfrom fastapi.responses import StreamingResponse\nrouter = APIRouter()\n"
        "@router.api_route('/files/{p:path}', methods=['PUT', 'GET', 'TRACE'])\ndef files(p: str) -> int: ...\n"
        "@router.get('/stream', response_class=StreamingResponse)\ndef stream(): ...\n",
    )
    document = run(
        APP + "from pkg.items import router\napp.include_router(router, prefix='/api')\n"
        "@app.get('/hidden', include_in_schema=False)\ndef secret(): ...\n"
        "@app.websocket('/ws')\nasync def socket(websocket): ...\n"
        "app.mount('/static', FastAPI(), name='files')\n"
    )
    fact = {"name": "files", "module": "pkg.items", "path": "/api/files/{p:path}", "converters": {"p": "path"}}
    item = document["paths"]["/api/files/{p}"]
    assert {method: operation["x-cdk-fastapi"] for method, operation in item.items()} == {
        method: {**fact, "order": 4, "accepts": {}} for method in ("put", "get", "trace")
    }
    assert document["paths"]["/api/stream"]["get"]["x-cdk-fastapi"]["streaming"] is True
    import fastapi

    top = document["x-cdk-fastapi"]
    hidden = top.pop("hidden")
    assert top == {
        "fastapi": fastapi.__version__,
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "entrypoint": "main:app",
        "handler": False,
        "ownHandler": False,
        "mounts": [{"path": "/static", "name": "files", "order": 8}],
        "websockets": [{"path": "/ws", "name": "socket"}],
        "shadowed": [],
    }
    assert {"path": "/hidden", "methods": ["GET"], "name": "secret", "order": 6} in hidden
    assert "/docs" in [route["path"] for route in hidden]


def test_names_what_another_route_hides(run: Run) -> None:
    document = run(
        APP + ROUTE + "@app.get('/y/{a}')\ndef first(a): ...\n@app.get('/y/{b}')\ndef second(b): ...\n"
        "@app.get('/y/{c:int}')\ndef third(c): ...\n@app.get('/x')\ndef again(): ...\n"
    )
    assert document["x-cdk-fastapi"]["shadowed"] == [
        {"path": "/y/{b}", "methods": ["GET"], "name": "second", "by": {"path": "/y/{a}", "name": "first"}},
        {"path": "/x", "methods": ["GET"], "name": "again", "by": {"path": "/x", "name": "x"}},
    ]
    # The document describes the last of the two, the router takes the first.
    assert document["paths"]["/x"]["get"]["x-cdk-fastapi"]["name"] == "x"


def test_the_same_document_twice(run: Run) -> None:
    source = APP + "@app.api_route('/x', methods=['GET', 'POST', 'DELETE', 'PUT'])\ndef x(): ...\n"
    assert run(source) == run(source)


def test_without_an_address_for_the_document(run: Run) -> None:
    assert "/x" in run("from fastapi import FastAPI\napp = FastAPI(openapi_url=None)\n" + ROUTE)["paths"]


def test_a_document_of_the_applications_own_making(run: Run) -> None:
    document = run(
        APP + ROUTE + "own = {'openapi': '3.1.0', 'paths': {'/x': {'get': {}, 'post': {}, 'parameters': []},"
        " '/none': {'get': {}}}}\napp.openapi = lambda: own\n"
        "import atexit\natexit.register(lambda: print(own))\n"
    )
    assert document["paths"]["/x"]["get"]["x-cdk-fastapi"]["name"] == "x"
    assert document["paths"]["/x"]["post"] == document["paths"]["/none"]["get"] == {}


@pytest.mark.parametrize("entrypoint", ["pkg.main:app", "pkg.main:create_app"])
def test_finds_a_package_in_src(run: Run, entrypoint: str) -> None:
    run.write("src/pkg/__init__.py", "")
    run.write("src/pkg/main.py", APP + ROUTE + "def create_app(): return app\ndef handler(event, context): ...\n")
    document = run("", "--entrypoint", entrypoint)
    assert document["x-cdk-fastapi"]["handler"] is True
    assert document["x-cdk-fastapi"]["ownHandler"] is True
    assert document["x-cdk-fastapi"]["entrypoint"] == entrypoint


def test_finds_a_module_in_src(run: Run) -> None:
    run.write("src/single.py", APP + ROUTE)
    assert "/x" in run("", "--entrypoint", "single:app")["paths"]


def test_the_project_comes_before_everything_of_ours(run: Run) -> None:
    for name in ("introspect", "tests", "lambda_runtime_api", "cdk_fastapi_introspect_user"):
        run.write(f"{name}.py", "MINE = True\n")
    source = "import introspect, tests, lambda_runtime_api\nassert introspect.MINE and tests.MINE\n"
    assert "/x" in run(source + "assert lambda_runtime_api.MINE\n" + APP + ROUTE)["paths"]


def test_nothing_of_ours_can_be_imported(run: Run) -> None:
    problem = run("import lambda_runtime_api\n" + APP + ROUTE)
    assert (problem["code"], problem["location"]) == ("import-raised", "main.py:1")


def test_the_application_may_print_and_leave_threads(run: Run) -> None:
    run(
        "import os, sys, subprocess, threading, time\nprint('printed')\nos.write(1, b'written')\n"
        "subprocess.run(['echo', 'child'])\nassert sys.stdin.read() == ''\n"
        "threading.Thread(target=time.sleep, args=(600,)).start()\nassert len(sys.argv) == 1\n" + APP + ROUTE
    )
    assert run.stdout == ""
    assert "printed" in run.stderr
    assert "written" in run.stderr
    assert "child" in run.stderr


def test_the_application_may_break_its_output(run: Run) -> None:
    assert "/x" in run("import sys\nsys.stdout = sys.stderr = object()\n" + APP + ROUTE)["paths"]


def test_gives_boto3_a_region(run: Run) -> None:
    check = "import os\nassert os.environ['AWS_DEFAULT_REGION'] == '{}'\n" + APP + ROUTE
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    for given, expected in (({}, "us-east-1"), ({"AWS_REGION": "eu-west-1"}, "eu-west-1")):
        run.environment = {**inherited, **given}
        assert "paths" in run(check.format(expected))
    assert "paths" in run(check.format("eu-west-3"), AWS_DEFAULT_REGION="eu-west-3")


def test_the_lifespan_does_not_run(run: Run) -> None:
    source = "from contextlib import asynccontextmanager\n@asynccontextmanager\nasync def context(app):\n    1 / 0\n"
    source += "    yield\n"
    assert "/x" in run(source + APP.replace("FastAPI()", "FastAPI(lifespan=context)") + ROUTE)["paths"]


def test_removes_what_an_earlier_run_left(run: Run) -> None:
    assert run("app = 5")["code"] == "not-fastapi"
    assert "paths" in run(APP + ROUTE)
    assert run("app = 5")["code"] == "not-fastapi"


@pytest.mark.parametrize(
    ("source", "code", "message", "location"),
    [
        ("", "attribute-not-found", "main has no attribute app", ""),
        ("app = 5", "not-fastapi", "an object of type int", ""),
        (
            "\nimport absent",
            "import-raised",
            "ModuleNotFoundError while it was imported: No module named 'absent'",
            "main.py:2",
        ),
        ("def f():\n    1 / 0\nf()", "import-raised", "ZeroDivisionError while it was imported", "main.py:2"),
        ("import json\njson.loads('{')", "import-raised", "JSONDecodeError", "main.py:2"),
        ("x =", "import-raised", "SyntaxError", "main.py:1"),
        ("raise KeyboardInterrupt", "import-raised", "KeyboardInterrupt", "main.py:1"),
        ("import sys\nsys.exit('no settings')", "exit-called", "sys.exit('no settings')", "main.py:2"),
        (APP, "no-routes", "routes that are added in its lifespan cannot be deployed", ""),
        (APP + "@app.websocket('/x')\nasync def x(w): ...", "no-routes", "has no routes", ""),
        (
            APP + ROUTE + "def openapi():\n    1 / 0\napp.openapi = openapi",
            "openapi-raised",
            "ZeroDivisionError",
            "main.py:6",
        ),
        (APP + ROUTE + "app.openapi = lambda: {'x': float('nan')}", "openapi-raised", "ValueError", ""),
    ],
)
def test_reports_a_problem(run: Run, source: str, code: str, message: str, location: str) -> None:
    problem = run(source)
    assert problem["code"] == code
    assert message in problem["message"]
    if location:
        assert problem["location"] == location
    assert str(SCRIPT.parent) not in problem["traceback"]


def test_shows_the_end_of_the_traceback(run: Run) -> None:
    run.write("deep/__init__.py", "from . import inner\n")
    run.write(
        "deep/inner.py", "try:\n    {}['x']\nexcept KeyError as error:\n    raise ValueError('deep') from error\n"
    )
    problem = run("import deep\n")
    lines = problem["traceback"].splitlines()
    assert lines[-1] == "ValueError: deep"
    assert "KeyError: 'x'" in lines
    assert problem["location"] == f"{Path('deep', 'inner.py')}:4"
    assert "importlib" not in problem["traceback"]


def test_a_package_inside_of_the_project_is_not_the_project(run: Run) -> None:
    run.write(".venv/lib/site-packages/other.py", "1 / 0\n")
    problem = run("import sys\nsys.path.append('.venv/lib/site-packages')\nimport other\n")
    assert problem["location"] == "main.py:3"


def test_a_missing_module(run: Run) -> None:
    problem = run("", "--entrypoint", "absent.main:app")
    assert problem["code"] == "module-not-found"
    assert "absent" in problem["message"]


def test_an_interpreter_without_fastapi(run: Run) -> None:
    run.write("main.py", APP)
    argv = [sys.executable, "-S", str(SCRIPT), "--entrypoint", "main:app", "--out", str(run.out)]
    done = subprocess.run(argv, cwd=run.project, env={}, check=False, capture_output=True)
    problem = json.loads(run.error.read_text())
    assert (done.returncode, problem["code"]) == (3, "import-raised")
    assert "cannot import FastAPI" in problem["message"]


def test_a_project_that_hides_fastapi(run: Run) -> None:
    run.write("fastapi.py", "from absent import FastAPI\n")
    problem = run(APP)
    assert (problem["code"], problem["location"]) == ("import-raised", "fastapi.py:1")


def test_an_exception_that_was_never_raised_has_no_location(tmp_path: Path) -> None:
    assert from_exception("code", "message", ValueError("x"), tmp_path) == Problem("code", "message", "ValueError: x")


HANGS = {
    "sleep": "import time\ntime.sleep(600)",
    "lock": "import threading\nlock = threading.Lock(); lock.acquire(); lock.acquire()",
    "socket": "import socket\ns = socket.create_server(('127.0.0.1', 0)); s.accept()",
    "loop": "x = 0\nwhile True: x += 1",
}


@pytest.mark.parametrize("hang", HANGS)
def test_says_where_the_application_hangs(run: Run, hang: str) -> None:
    # In place of FastAPI, whose import takes its time on a busy machine.
    run.write("fastapi.py", HANGS[hang])
    problem = run("", "--timeout", "2.5")
    assert problem["code"] == "timeout"
    assert problem["waits"] == (hang != "loop")
    doing = "is slow" if hang == "loop" else "waits"
    assert problem["message"].startswith(f"the application did not finish loading within 2.5 seconds: it {doing}")
    assert problem["spent"].startswith("fastapi ")
    assert problem["location"] == "fastapi.py:2"


@pytest.mark.parametrize("hang", HANGS)
def test_says_so_when_it_is_stopped(run: Run, hang: str) -> None:
    run.write("main.py", "open('reached', 'w').close(); " + HANGS[hang])
    process = run.start()
    while not (run.project / "reached").exists():
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    problem = json.loads(run.error.read_text())
    assert (process.returncode, problem["code"], problem["location"]) == (3, "timeout", "main.py:2")


def test_says_meanwhile_what_native_code_does_not_let_be_said(run: Run) -> None:
    run.write("fastapi.py", "import time\ntime.sleep(600)")
    process = run.start("--timeout", "60")
    progress = run.out.with_name("openapi.json.progress")
    while not progress.exists():
        assert process.poll() is None
        time.sleep(0.05)
    said = json.loads(progress.read_text())
    assert (said["location"], said["spent"].split()[0]) == ("fastapi.py:2", "fastapi")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert sorted(run.out.parent.iterdir()) == [run.error]


def test_a_timeout_that_is_not_reached(run: Run) -> None:
    assert "/x" in run(APP + ROUTE, "--timeout", "60")["paths"]


def test_wrong_arguments(run: Run) -> None:
    process = run.start("--unknown")
    process.communicate()
    assert process.returncode == 2


def test_what_the_app_says_of_its_prefix_and_of_cors(run: Run) -> None:
    cors = (
        "from fastapi.middleware.cors import CORSMiddleware\n"
        "app.add_middleware(CORSMiddleware, allow_origins=('https://a.example',), allow_credentials=True)\n"
    )
    facts = run(APP.replace("FastAPI()", "FastAPI(root_path='/api')") + cors + ROUTE)["x-cdk-fastapi"]
    assert facts["root_path"] == "/api"
    assert facts["cors"]["allow_origins"] == ["https://a.example"]
    plain = run(APP + ROUTE)["x-cdk-fastapi"]
    assert "root_path" not in plain
    assert "cors" not in plain


@pytest.mark.parametrize(
    ("handler", "own"),
    [("Mangum(app)", False), ("Mangum(app, lifespan='off')", False), ("Mangum(app, exclude_headers=['x'])", True)],
)
def test_says_whether_a_handler_is_used_in_place_of_ours(run: Run, handler: str, own: bool) -> None:
    facts = run(f"{APP}{ROUTE}from mangum import Mangum\nhandler = {handler}\n")["x-cdk-fastapi"]
    assert (facts["handler"], facts["ownHandler"]) == (True, own)
