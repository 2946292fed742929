#!/usr/bin/env bash
# @hey-api/openapi-ts 0.99.0, typescript 7.0.2 and 5.9.3
#
# Generators of typed clients write with the compiler's API: `import ts from 'typescript'`. What typescript@7 exports under that name is its version,
# nothing else; the API is elsewhere (`typescript/unstable/...`) and another one. The generator's peer range, `>=5.5.3 || >=6.0.0 || 6.0.1-rc`, admits 7:
# npm installs both without a word and `npm ls` is content, and the command does not even say its version. In a project that compiles
# with TypeScript 7 the generator needs a folder with a TypeScript of its own.
#
# Seen:
#   typescript 5.9.3: more than 1000 exports, SyntaxKind among them; npm ls 0; openapi-ts --version: 0.99.0
#   typescript 7.0.2: version,versionMajorMinor; npm ls 0; openapi-ts --version: TypeError: Cannot read properties of undefined (reading 'AnyKeyword')
#
# Exit status: 0 as described, 1 changed, 2 not installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/exports.js" <<'JS'
const names = Object.keys(require(require.resolve('typescript', { paths: [process.cwd()] })));
console.log(names.length > 1000 && names.includes('SyntaxKind') ? 'more than 1000 exports, SyntaxKind among them' : names.join());
JS

for version in 5.9.3 7.0.2; do
  mkdir "$work/$version"
  cd "$work/$version"
  echo '{"private":true}' > package.json
  npm install --silent --no-audit --no-fund --ignore-scripts "typescript@$version" @hey-api/openapi-ts@0.99.0 || exit 2
  listed=0
  npm ls > /dev/null 2>&1 || listed=$?
  said=$(node_modules/.bin/openapi-ts --version 2>&1 || true)
  echo "typescript $version: $(node "$work/exports.js"); npm ls $listed; openapi-ts --version: $(grep -E '^[0-9.]+$|Error:' <<< "$said")"
done | tee "$work/seen"

cat > "$work/stated" <<'TEXT'
typescript 5.9.3: more than 1000 exports, SyntaxKind among them; npm ls 0; openapi-ts --version: 0.99.0
typescript 7.0.2: version,versionMajorMinor; npm ls 0; openapi-ts --version: TypeError: Cannot read properties of undefined (reading 'AnyKeyword')
TEXT
diff "$work/stated" "$work/seen"
