"""Writes the OpenAPI document of the application: ``python scripts/generate_open_api.py FILE``."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        sys.exit("usage: python scripts/generate_open_api.py FILE")
    from my_api.main import app

    file = Path(arguments[0])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(app.openapi(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
