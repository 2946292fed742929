"""SnapStart's hooks, with the package in which Lambda's runtime keeps them."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

import pytest
import snapshot_restore_py

from cdk_fastapi_runtime.entry.snapshot import AFTER, BEFORE, Hook, after_restore, before_checkpoint, snapshot_hooks

CALLS: list[str] = []


@pytest.fixture
def registered() -> Iterator[None]:
    registries = [snapshot_restore_py.get_before_snapshot(), snapshot_restore_py.get_after_restore()]
    CALLS.clear()
    snapshot_restore_py.register_before_snapshot(CALLS.append, "before 1")
    snapshot_restore_py.register_before_snapshot(CALLS.append, "before 2")
    snapshot_restore_py.register_after_restore(CALLS.append, "after 1")
    snapshot_restore_py.register_after_restore(lambda *, text: CALLS.append(text), text="after 2")
    yield
    for registry in registries:
        registry.clear()


def call(hooks: list[Hook]) -> None:
    for hook in hooks:
        hook()


def test_what_was_registered_is_called_in_lambdas_order(registered: None) -> None:
    call(before_checkpoint())
    call(after_restore())
    call(after_restore())
    assert CALLS == ["before 2", "before 1", "after 1", "after 2", "after 1", "after 2"]


def test_every_environment_has_randomness_of_its_own() -> None:
    random.seed(1)
    expected = random.random()
    random.seed(1)
    call(after_restore())
    assert random.random() != expected


def test_nothing_is_called_where_lambdas_package_is_missing(registered: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", None)
    call(before_checkpoint())
    call(after_restore())
    assert CALLS == []


def test_only_paths_that_are_set_are_hooks() -> None:
    assert snapshot_hooks({}) == {}
    assert snapshot_hooks({BEFORE: "", AFTER: "/after"}) == {"/after": after_restore}
    assert snapshot_hooks({BEFORE: "/before"}) == {"/before": before_checkpoint}
