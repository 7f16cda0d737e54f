"""A local HTTP server that speaks as much of Vault's KV API as reading a secret takes."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TOKEN = "canary-vault-token"


@dataclass
class Vault:
    """What is in it: engines by mount with their version, secrets by the path of a request.

    ``asked``: path and namespace of each request, ``headers`` of the last one. ``broken``: the body
    of every answer instead. ``moved``: where it redirects to, as a standby does. ``status`` and
    ``errors``: of every answer instead.
    """

    mounts: dict[str, str] = field(default_factory=lambda: {"kv": "2", "old": "1"})
    secrets: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    broken: bytes = b""
    status: int = 0
    errors: tuple[str, ...] = ()
    moved: str = ""
    address: str = ""

    def answer(self, path: str, token: str) -> tuple[int, bytes]:
        if self.broken:
            return 200, self.broken
        if self.status:
            return self.status, _errors(*self.errors)
        if token != TOKEN:
            return 403, _errors(f"permission denied for {token}")
        preflight = path.removeprefix("/v1/sys/internal/ui/mounts/")
        if preflight != path:
            return self._mount(preflight)
        found = self.secrets.get(path.removeprefix("/v1/"))
        if found is None:
            return 404, _errors()
        return 200, json.dumps({"data": found}).encode()

    def _mount(self, path: str) -> tuple[int, bytes]:
        if not self.mounts:
            return 404, _errors()
        point = next((mount for mount in self.mounts if path.startswith(f"{mount}/")), None)
        if point is None:
            return 403, _errors("preflight capability check returned 403")
        options = {"version": self.mounts[point]} if self.mounts[point] else None
        return 200, json.dumps({"data": {"path": f"{point}/", "options": options}}).encode()


def _errors(*texts: str) -> bytes:
    return json.dumps({"errors": texts}).encode()


@contextmanager
def serving(vault: Vault, tls: ssl.SSLContext | None = None) -> Iterator[Vault]:
    """Serve on a free port of the loopback interface."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            namespace = self.headers.get("X-Vault-Namespace", "")
            vault.asked.append((self.path, namespace))
            vault.headers = dict(self.headers)
            status, body = vault.answer(self.path, self.headers.get("X-Vault-Token", ""))
            moves = vault.moved and not self.path.startswith("/v1/moved/")
            self.answer(307 if moves else status, body, vault.moved + self.path if moves else "")

        def answer(self, status: int, body: bytes, location: str) -> None:
            self.send_response(status)
            if location:
                body = b""
                self.send_header("Location", location)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_PUT(self) -> None:
            """Encrypt and decrypt as the transit engine does, without any key."""
            sent = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            prefix = "vault:v1:"
            vault.asked.append((self.path, ""))
            vault.headers = dict(self.headers)
            moves, known = bool(vault.moved), self.headers.get("X-Vault-Token") == TOKEN
            data = {
                "ciphertext": prefix + sent.get("plaintext", ""),
                "plaintext": sent.get("ciphertext", "").removeprefix(prefix),
            }
            denied = _errors(f"permission denied for {self.headers.get('X-Vault-Token')}")
            self.answer(
                307 if moves else 200 if known else 403,
                json.dumps({"data": data}).encode() if known else denied,
                vault.moved + self.path if moves else "",
            )

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        vault.address = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield vault
        finally:
            server.shutdown()
            thread.join()
