#!/usr/bin/env bash
# aws-cdk 2.1148.1 (the command line), Node.js 20 or newer
#
# `cdk watch` takes patterns in `watch.include` of `cdk.json`, also such as `../my_api/**`, and says nothing against them. It looks at the files below
# the directory of `cdk.json` alone: a pattern that leads out of it matches nothing, and an edit there deploys nothing. A symbolic link
# below that directory is followed, and so is a `cdk.json` in a directory above both.
#
# The app here is a program that writes an assembly without stacks: nothing is deployed, and no account is asked.
#
# Seen:
#   "../my_api/**" beside cdk.json  not observed
#   link to ../my_api               observed
#   cdk.json above both             observed
#
# Exit status: 0 as described, 1 changed, 2 not installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts aws-cdk@2.1148.1 || exit 2
mkdir infra my_api
echo 'x = 1' > my_api/main.py
cat > infra/app.js <<'JS'
const fs = require('fs');
const out = process.env.CDK_OUTDIR;
fs.mkdirSync(out, { recursive: true });
fs.writeFileSync(`${out}/manifest.json`, JSON.stringify({ version: '36.0.0', artifacts: {} }));
JS

observed() { # directory of cdk.json
  (cd "$1" && AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_EC2_METADATA_DISABLED=true CI=true \
    exec timeout 120 "$work/node_modules/.bin/cdk" watch --no-color --no-notices > "$work/log" 2>&1) &
  for _ in $(seq 240); do
    grep -q 'Triggering initial' log 2>/dev/null && break
    sleep 0.5
  done
  kill $! 2>/dev/null || true
  wait $! 2>/dev/null || true
  if grep -q "observing the file 'my_api/main.py'\|observing the file '../my_api/main.py'" log; then echo observed; else echo 'not observed'; fi
  : > log
}

{
  echo '{"app":"node app.js","watch":{"include":["**","../my_api/**"]}}' > infra/cdk.json
  echo "\"../my_api/**\" beside cdk.json  $(observed infra)"
  ln -s ../my_api infra/my_api
  echo '{"app":"node app.js","watch":{"include":["**"]}}' > infra/cdk.json
  echo "link to ../my_api               $(observed infra)"
  rm infra/my_api infra/cdk.json
  echo '{"app":"node infra/app.js","watch":{"include":["infra/**","my_api/**"]}}' > cdk.json
  echo "cdk.json above both             $(observed .)"
} | tee seen

cat > stated <<'TEXT'
"../my_api/**" beside cdk.json  not observed
link to ../my_api               observed
cdk.json above both             observed
TEXT
diff stated seen
