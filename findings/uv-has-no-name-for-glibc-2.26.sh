#!/usr/bin/env bash
# uv 0.13.9, pip 25.3; duckdb 1.4.2, whose Linux wheels are tagged manylinux_2_26 and manylinux_2_28
#
# `--python-platform` installs for another machine, and takes names, not numbers: between glibc 2.17 and 2.28 it has none, though wheels
# have tags for 2.24, 2.26 and 2.27. Amazon Linux 2 has glibc 2.26: what it runs on can only be called 2.17, which uv then says no wheel is usable
# for, or 2.28, which also lets wheels in that need 2.28. pip, which takes any tag, installs the wheel.
#
# Seen:
#   uv x86_64-manylinux_2_17: no usable wheels
#   uv x86_64-manylinux_2_26: no such name; it has 2_17 2_28 2_31 2_32 2_33 2_34 2_35 2_36 2_37 2_38 2_39 2_40
#   uv x86_64-manylinux_2_28: installed
#   pip manylinux_2_26_x86_64: installed, Tag: cp311-cp311-manylinux_2_26_x86_64
#
# Exit status: 0 as described, 1 changed, 2 not installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env && env/bin/python -m pip install -q pip==25.3 uv==0.13.9 || exit 2

with_uv() {
  env/bin/uv --no-config pip install --only-binary :all: --python env/bin/python --python-version 3.11 --python-platform "x86_64-manylinux_$1" \
    --target "uv-$1" duckdb==1.4.2 > said 2>&1 && echo "uv x86_64-manylinux_$1: installed" && return
  if grep -q 'invalid value' said; then
    names=$(grep -o 'x86_64-manylinux_2_[0-9]*' said | sed 's/.*manylinux_//' | grep -vx "$1" | sort -u | tr '\n' ' ')
    echo "uv x86_64-manylinux_$1: no such name; it has ${names% }"
  else
    grep -q 'no usable wheels' said && echo "uv x86_64-manylinux_$1: no usable wheels" || cat said
  fi
}

{
  with_uv 2_17
  with_uv 2_26
  with_uv 2_28
  env/bin/python -m pip install -q --only-binary :all: --python-version 3.11 --platform manylinux_2_26_x86_64 --target pip duckdb==1.4.2 &&
    echo "pip manylinux_2_26_x86_64: installed, $(grep 2_26 pip/duckdb-*.dist-info/WHEEL)"
} | tee seen

cat > stated <<'TEXT'
uv x86_64-manylinux_2_17: no usable wheels
uv x86_64-manylinux_2_26: no such name; it has 2_17 2_28 2_31 2_32 2_33 2_34 2_35 2_36 2_37 2_38 2_39 2_40
uv x86_64-manylinux_2_28: installed
pip manylinux_2_26_x86_64: installed, Tag: cp311-cp311-manylinux_2_26_x86_64
TEXT
diff stated seen
