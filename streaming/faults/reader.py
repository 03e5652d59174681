"""A client as a browser is one: signs in, reads by REST, and listens on the socket."""

import json
import urllib.error
import urllib.request
from contextlib import closing
from email.message import Message
from pathlib import Path
from typing import Any, Final, NamedTuple

from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

SECONDS: Final = 10.0


class Answer(NamedTuple):
    """Status, headers and content; the content of JSON is decoded."""

    status: int
    headers: Message
    body: Any


class Reader:
    """One signed-in user of a platform; `role` is that of a demo user in RISK_HOME/demo-users.json.

    An answer may take so many `seconds`.
    """

    def __init__(self, url: str, home: Path, *, role: str = "admin", seconds: float = SECONDS) -> None:
        self._url, self._seconds = url, seconds
        users = json.loads((home / "demo-users.json").read_text())
        self._user = next(user for user in users if user["role"] == role)
        self._token = ""

    @property
    def credentials(self) -> dict[str, str]:
        return {name: self._user[name] for name in ("username", "password")}

    def sign_in(self) -> Answer:
        """Sign in and keep the access token for what follows."""
        answer = self.post("auth/login", self.credentials, signed_in=False)
        if answer.status == 200:
            self._token = answer.body["access_token"]
        return answer

    def get(self, path: str) -> Answer:
        """Return the answer of /api/v1/PATH, or of the address itself when it begins with a slash."""
        return self._ask("GET", path)

    def post(self, path: str, content: Any = None, *, signed_in: bool = True) -> Answer:
        return self._ask("POST", path, content or {}, signed_in=signed_in)

    def put(self, path: str, content: Any) -> Answer:
        return self._ask("PUT", path, content)

    def listen(self) -> ClientConnection:
        """Open the socket.  Raises what `websockets` raises when it cannot be opened."""
        address = f"{self._url.replace('http', 'ws', 1)}/ws/risk-stream"
        offered = [Subprotocol("risk-stream"), Subprotocol(f"bearer.{self._token}")]
        return connect(address, subprotocols=offered, open_timeout=SECONDS, legacy=True)

    def hears(self, kind: str) -> bool:
        """Return whether a new socket gets a message of this type."""
        with closing(self.listen()) as line:
            for _ in range(100):
                if json.loads(line.recv(timeout=SECONDS))["type"] == kind:
                    return True
        return False

    def _ask(self, method: str, path: str, content: Any = None, *, signed_in: bool = True) -> Answer:
        address = self._url + (path if path.startswith("/") else f"/api/v1/{path}")
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if signed_in and self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(address, data=body, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=self._seconds) as answer:
                return Answer(answer.status, answer.headers, _decoded(answer.read()))
        except urllib.error.HTTPError as refusal:
            return Answer(refusal.code, refusal.headers, _decoded(refusal.read()))


def _decoded(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text.decode(errors="replace")
