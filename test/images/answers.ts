import * as path from 'node:path';
import { freePort, isListening } from '../../src/local/http-exchange';
import { startTool, toolEnvironment } from '../../src/private/process';
import { bytesOf, restEvent, streamedAnswer, urlEvent, type Asked } from '../streaming/streaming-function';
import type { LambdaProcess } from '../support/lambda-process';

/** An application whose answers tell an installation from a broken one: compiled packages, data files, binary bodies, cookies. */
export const ANSWERING_APP = `
import hashlib
import importlib.metadata
import pathlib

import orjson
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str
    price: float


@app.get("/items/{item_id}")
def read_item(item_id: str, q: str = "none") -> dict[str, str]:
    return {"item": item_id, "q": q}


@app.post("/items", status_code=201)
def create(item: Item, response: Response) -> Response:
    made = Response(orjson.dumps({"made": item.model_dump()}), media_type="application/json", status_code=201)
    made.set_cookie("last", item.name)
    return made


@app.get("/binary")
def binary() -> Response:
    return Response(bytes(range(256)), media_type="application/octet-stream")


@app.get("/data")
def data() -> PlainTextResponse:
    return PlainTextResponse(pathlib.Path(__file__).with_name("data.txt").read_text())


@app.get("/versions")
def versions() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in ["fastapi", "pydantic", "orjson", "starlette"]}


@app.get("/missing")
def missing() -> None:
    raise HTTPException(404, "none")


@app.get("/stream")
def stream() -> StreamingResponse:
    return StreamingResponse((bytes([n]) * 1000 for n in range(100)), media_type="application/octet-stream")


@app.post("/upload")
async def upload(request: Request) -> dict[str, str]:
    return {"sha": hashlib.sha256(await request.body()).hexdigest()}
`;

export const ANSWERING_PACKAGES = ['fastapi', 'orjson', 'uvicorn'];

/** Requests whose answers are compared. */
const REQUESTS: readonly (readonly [string, Asked])[] = [
  ['/items/7', { query: { q: 'a b' } }],
  ['/items', { method: 'POST', headers: { 'content-type': 'application/json' }, body: Buffer.from('{"name": "pen", "price": 1.5}') }],
  ['/items', { method: 'POST', headers: { 'content-type': 'application/json' }, body: Buffer.from('{"name": 3}') }],
  ['/binary', {}],
  ['/data', {}],
  ['/versions', {}],
  ['/missing', {}],
  ['/nowhere', {}],
  ['/stream', {}],
  ['/upload', { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: Buffer.alloc(50_000, 'é') }],
];

/** An answer as far as all ways have to agree. */
export interface ComparedAnswer {
  readonly path: string;
  readonly status: number;
  readonly type: string | undefined;
  readonly cookie: string | undefined;
  readonly body: string;
}

/** What a buffered function answers through a REST API. */
export async function bufferedAnswers(lambda: LambdaProcess): Promise<ComparedAnswer[]> {
  return inTurn(async (route, asked) => {
    const answer = await lambda.invoke(restEvent(route, asked)) as Record<string, any>;
    const headers = { ...answer.headers, ...Object.fromEntries(Object.entries(answer.multiValueHeaders ?? {}).map(([name, values]) => [name, (values as string[]).join(', ')])) };
    const body = Buffer.from(answer.body ?? '', answer.isBase64Encoded === true ? 'base64' : 'utf8');
    return { path: route, status: answer.statusCode, type: headers['content-type'], cookie: headers['set-cookie'], body: body.toString('base64') };
  });
}

/** What a streaming function answers through a function URL. */
export async function streamedAnswers(lambda: LambdaProcess): Promise<ComparedAnswer[]> {
  return inTurn(async (route, asked) => {
    const answer = await streamedAnswer(await lambda.invokeStreaming(urlEvent(route, asked)));
    return { path: route, status: answer.status, type: answer.headers['content-type'], cookie: answer.cookies[0], body: (await bytesOf(answer)).toString('base64') };
  });
}

/** What uvicorn answers from the project's own environment, which `uv sync` has made. */
export async function uvicornAnswers(project: string): Promise<ComparedAnswer[]> {
  const port = await freePort();
  const child = startTool([path.join(project, '.venv/bin/python'), '-m', 'uvicorn', 'main:app', '--port', String(port), '--log-level', 'warning'], { cwd: project, env: toolEnvironment() });
  try {
    while (!await isListening(port)) await new Promise((resolve) => setTimeout(resolve, 50));
    return await inTurn(async (route, { method = 'GET', headers, body, query = {} }) => {
      const answer = await fetch(`http://127.0.0.1:${port}${route}?${new URLSearchParams(query)}`, { method, headers, body });
      return {
        path: route, status: answer.status, type: answer.headers.get('content-type') ?? undefined, cookie: answer.headers.getSetCookie()[0],
        body: Buffer.from(await answer.arrayBuffer()).toString('base64'),
      };
    });
  } finally {
    child.kill('SIGTERM');
  }
}

async function inTurn(ask: (route: string, asked: Asked) => Promise<ComparedAnswer>): Promise<ComparedAnswer[]> {
  const answers: ComparedAnswer[] = [];
  for (const [route, asked] of REQUESTS) answers.push(await ask(route, asked));
  return answers;
}
