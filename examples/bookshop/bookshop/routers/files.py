"""Files of the shop: press texts, pictures, price lists."""

import hashlib
import sqlite3
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Header, Request, Response, UploadFile

from bookshop.dependencies import Db, require_admin
from bookshop.models import StoredFile
from bookshop.problems import not_found

router = APIRouter(prefix="/files", tags=["files"])
editors_only = [Depends(require_admin)]


def _store(db: sqlite3.Connection, path: str, media_type: str, body: bytes) -> StoredFile:
    db.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", [path, media_type, body])
    digest = hashlib.sha256(body).hexdigest()
    return StoredFile(path=path, media_type=media_type, size=len(body), sha256=digest)


@router.post("", status_code=201, dependencies=editors_only)
async def upload_file(
    file: UploadFile, folder: Annotated[str, Form(pattern=r"^[\w/-]+$")], db: Db
) -> StoredFile:
    """Take a file from a form."""
    media_type = file.content_type or "application/octet-stream"
    return _store(db, f"{folder}/{file.filename}", media_type, await file.read())


@router.get("/{file_path:path}", response_class=Response)
def read_file(file_path: str, db: Db) -> Response:
    """The file itself."""
    row = db.execute("SELECT * FROM files WHERE path = ?", [file_path]).fetchone()
    if row is None:
        raise not_found("file", file_path)
    body = row["body"].encode() if isinstance(row["body"], str) else row["body"]
    return Response(body, media_type=row["media_type"])


@router.put("/{file_path:path}", status_code=201, dependencies=editors_only)
async def write_file(
    file_path: str,
    request: Request,
    db: Db,
    content_type: Annotated[str, Header()] = "application/octet-stream",
) -> StoredFile:
    """Take a file from the body as it is."""
    return _store(db, file_path, content_type, await request.body())
