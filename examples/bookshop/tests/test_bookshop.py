"""What one request cannot show."""

from fastapi.testclient import TestClient

from bookshop.security import make_token, name_of

ADMIN = {"X-Admin-Key": "development-admin-key"}


def sign_in(client: TestClient, name: str, password: str) -> dict[str, str]:
    answer = client.post("/auth/token", data={"username": name, "password": password})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def test_order_takes_books_writes_a_notice_and_can_be_cancelled(client: TestClient) -> None:
    zoe = sign_in(client, "zoe", "correct horse")
    order = client.post("/orders/", headers=zoe, json={"lines": [{"book_id": 2, "quantity": 3}]})
    assert order.json() == {
        "lines": [{"book_id": 2, "quantity": 3}],
        "note": "",
        "id": 3,
        "customer": "zoe",
        "placed": "2025-03-03",
        "cancelled": False,
        "total": "33.75",
    }
    assert client.get("/books/2").json()["stock"] == 4
    assert client.get("/admin/notices", headers=ADMIN).json()[-1] == {
        "id": 2,
        "customer": "zoe",
        "text": "We have your order 3",
    }
    assert client.delete("/orders/3", headers=zoe).status_code == 204
    assert client.get("/books/2").json()["stock"] == 7
    assert client.delete("/orders/3", headers=zoe).status_code == 409


def test_refused_order_changes_nothing(client: TestClient) -> None:
    ada = sign_in(client, "ada", "analytical engine")
    lines = [{"book_id": 1, "quantity": 1}, {"book_id": 7, "quantity": 1}]
    answer = client.post("/orders/", headers=ada, json={"lines": lines})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "only 0 copies of 9780000000071 are left"
    assert client.get("/books/1").json()["stock"] == 4


def test_events_resume_after_the_last_one_seen(client: TestClient) -> None:
    ada = sign_in(client, "ada", "analytical engine")
    answer = client.get("/orders/1/events", headers=ada | {"Last-Event-ID": "2"})
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.text.split("\n") == [
        "event: sent",
        'data: {"order_id":1,"kind":"sent","day":"2025-03-01"}',
        "id: 3",
        "",
        "",
    ]


def test_files_come_back_as_they_were_sent(client: TestClient) -> None:
    body = bytes(range(256))
    path = "/files/any%20folder/all.bin"
    assert client.put(path, content=body, headers=ADMIN).json()["path"] == "any folder/all.bin"
    assert client.get(path).content == body


def test_changed_book_has_another_etag(client: TestClient) -> None:
    before = client.get("/books/1").headers["ETag"]
    assert client.get("/books/1", headers={"If-None-Match": before}).status_code == 304
    client.patch("/books/1", headers=ADMIN, json={"stock": 9})
    assert client.get("/books/1", headers={"If-None-Match": before}).status_code == 200


def test_restart_keeps_the_database(client: TestClient) -> None:
    client.delete("/books/7", headers=ADMIN)
    with TestClient(client.app) as restarted:
        assert restarted.get("/books/7").status_code == 404


def test_token_of_another_secret_is_refused() -> None:
    assert name_of(make_token("ada", b"one"), b"one") == "ada"
    assert name_of(make_token("ada", b"one"), b"two") is None
    assert name_of("é", b"one") is None
