"""The Agent Protocol server, an application written for FastAPI 0.100 and Pydantic 1."""

from agent_protocol import router
from agent_protocol.server import app

app.include_router(router)
