from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bookshop.main import app


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The application with a fresh database."""
    monkeypatch.setenv("BOOKSHOP_DATABASE", str(tmp_path / "new" / "shop.sqlite3"))
    for name in ("BOOKSHOP_SECRET", "BOOKSHOP_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    with TestClient(app) as client:
        yield client
