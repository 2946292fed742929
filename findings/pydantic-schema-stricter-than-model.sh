#!/usr/bin/env bash
# pydantic 2.14.4, jsonschema 4.26.0
#
# The JSON schema that pydantic writes in the mode `validation` is stricter than the validation of the same model. A gateway that checks requests by
# the OpenAPI document of a FastAPI app therefore refuses requests that the app answers with 200, beyond the known conversions of numbers:
# a set takes repeated items, `maxItems` counts them before and the model after they are one; a field with `populate_by_name` is required by its alias
# alone; white space counts for `maxLength` where the model strips it first; and `examples`-like extras of a field are constraints to a reader.
#
# Seen (what the model says, what its schema says):
#   repeated items of a set              accepted  refused
#   a set of two equal items, at most 1  accepted  refused
#   a field by its name                  accepted  refused
#   white space that is stripped         accepted  refused
#   an enum of `json_schema_extra`       accepted  refused
#   a number in a numeric text           accepted  refused
#
# Exit status: 0 as described, 1 changed, 2 not installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env && ./env/bin/pip install --quiet --disable-pip-version-check pydantic==2.14.4 jsonschema==4.26.0 || exit 2

cat > app.py <<'PY'
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError


class Named(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    first_name: str = Field(alias="firstName")


class Stripped(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)
    text: str = Field(max_length=3)


class Told(BaseModel):
    level: str = Field(json_schema_extra={"enum": ["low", "high"]})


class Sets(BaseModel):
    tags: set[str] = Field(max_length=1)


def says(check, value):
    try:
        return "accepted" if check(value) is not False else "refused"
    except ValidationError:
        return "refused"


for name, model, value in [
    ("repeated items of a set", set[str], ["a", "a"]),
    ("a set of two equal items, at most 1", Sets, {"tags": ["a", "a"]}),
    ("a field by its name", Named, {"first_name": "a"}),
    ("white space that is stripped", Stripped, {"text": " abc "}),
    ("an enum of `json_schema_extra`", Told, {"level": "other"}),
    ("a number in a numeric text", int, "1"),
]:
    adapter = TypeAdapter(model)
    schema = Draft202012Validator(adapter.json_schema(mode="validation"))
    print(f"{name:<36} {says(adapter.validate_python, value)}  {says(schema.is_valid, value)}")
PY
./env/bin/python app.py | tee seen

cat > stated <<'TEXT'
repeated items of a set              accepted  refused
a set of two equal items, at most 1  accepted  refused
a field by its name                  accepted  refused
white space that is stripped         accepted  refused
an enum of `json_schema_extra`       accepted  refused
a number in a numeric text           accepted  refused
TEXT
diff stated seen
