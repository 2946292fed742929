"""Validates the OpenAPI 3.0 documents of a folder; writes one line of JSON for each: its name, and what is wrong."""

import json
import sys
from pathlib import Path

from openapi_spec_validator import OpenAPIV30SpecValidator

for file in sorted(Path(sys.argv[1]).glob("*.json")):
    try:
        error = next(OpenAPIV30SpecValidator(json.loads(file.read_text("utf8"))).iter_errors(), None)
        problem = None if error is None else str(error).splitlines()[0]
    except RecursionError:
        problem = "a schema that refers to itself"
    print(json.dumps({"name": file.stem, "problem": problem}))
