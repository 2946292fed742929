#!/usr/bin/env bash
# Mangum 0.22.0, Starlette 1.10.0
#
# A client may send its cookies in several `Cookie` headers (HTTP/2 and HTTP/3 allow it), and the events of REST APIs and of load balancers
# have a list for each header, `multiValueHeaders`. RFC 9113, 8.2.3: whoever joins them joins them by `; `. Mangum joins every repeated
# header by `, `, and Starlette, which reads cookies as browsers do, takes what follows the comma for a part of the first value:
# the second cookie is gone, and the first has a value that nobody sent. There is no message. Events of HTTP APIs (format 2.0) carry `cookies`,
# a list, which the same Mangum joins by `; `: an app that works behind one type of API does not behind the other.
#
# Seen:
#   REST API, one header      {"session":"1","theme":"dark"}
#   REST API, two headers     {"session":"1, theme=dark"}
#   HTTP API, two cookies     {"session":"1","theme":"dark"}
#
# Exit status: 0 as described, 1 changed, 2 not installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env && env/bin/pip install -q mangum==0.22.0 starlette==1.10.0 || exit 2

cat > app.py <<'PY'
from mangum import Mangum
from starlette.requests import Request
from starlette.responses import JSONResponse


async def app(scope, receive, send):
    await JSONResponse(Request(scope).cookies)(scope, receive, send)


def rest(*cookies):
    return {
        "resource": "/", "path": "/", "httpMethod": "GET", "body": None, "isBase64Encoded": False,
        "headers": {"Cookie": cookies[-1]}, "multiValueHeaders": {"Cookie": list(cookies)},
        "queryStringParameters": None, "multiValueQueryStringParameters": None, "pathParameters": None, "stageVariables": None,
        "requestContext": {"path": "/", "stage": "prod", "httpMethod": "GET", "identity": {"sourceIp": "192.0.2.1"}},
    }


def http(*cookies):
    return {
        "version": "2.0", "routeKey": "GET /", "rawPath": "/", "rawQueryString": "", "cookies": list(cookies),
        "headers": {"host": "api.example"}, "isBase64Encoded": False,
        "requestContext": {"stage": "$default", "http": {"method": "GET", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"}},
    }


handler = Mangum(app, lifespan="off")
for title, event in {
    "REST API, one header": rest("session=1; theme=dark"),
    "REST API, two headers": rest("session=1", "theme=dark"),
    "HTTP API, two cookies": http("session=1", "theme=dark"),
}.items():
    print(f"{title:25} {handler(event, {})['body']}")
PY
env/bin/python app.py | tee seen

cat > stated <<'TEXT'
REST API, one header      {"session":"1","theme":"dark"}
REST API, two headers     {"session":"1, theme=dark"}
HTTP API, two cookies     {"session":"1","theme":"dark"}
TEXT
diff stated seen
