"""The app that the golden constructs are for."""

from fastapi import FastAPI, Response

app = FastAPI()


@app.get("/hello", summary="Say hello.")
def say_hello() -> dict[str, str]:
    return {"hello": "world"}


@app.get("/files/{name}", summary="Download a file.")
def get_file(name: str) -> Response:
    return Response(name)


@app.put("/files/{name}", summary="Upload a file.")
def upload_file(name: str) -> dict[str, str]:
    return {"name": name}
