"""What the environment says about this installation."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Read once, when the application starts."""

    database: Path
    secret: bytes
    admin_key: str

    @classmethod
    def from_environment(cls) -> "Settings":
        """Take each value from its variable, or a default that suits development."""
        database = os.environ.get("BOOKSHOP_DATABASE")
        return cls(
            database=Path(database or Path(tempfile.gettempdir()) / "bookshop.sqlite3"),
            secret=os.environ.get("BOOKSHOP_SECRET", "development only").encode(),
            admin_key=os.environ.get("BOOKSHOP_ADMIN_KEY", "development-admin-key"),
        )
