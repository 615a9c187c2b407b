"""A server for OpenID Connect on a port of its own: discovery, authorisation at once, tokens signed with RS256, userinfo.

PKCE (RFC 7636), the client's secret and the redirect address are checked, as any server in the world would.
"""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "posthouse", "s3cret"


class OidcServer:
    """with OidcServer() as server: server.url, and server.person: what it says of whoever signs in."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server._get(self, urlsplit(self.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                server._token(self, {name: values[0] for name, values in parse_qs(body).items()})

            def log_message(self, *args: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> "OidcServer":
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _get(self, handler: BaseHTTPRequestHandler, asked: Any) -> None:
        given = {name: values[0] for name, values in parse_qs(asked.query).items()}
        if asked.path == "/.well-known/openid-configuration":
            answer(handler, 200, self._configuration())
        elif asked.path == "/authorize" and given["client_id"] == CLIENT and given["code_challenge_method"] == "S256":
            code = f"code-{len(self.codes)}"
            self.codes[code] = given
            handler.send_response(302)
            handler.send_header(
                "Location", f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"
            )
            handler.end_headers()
        elif asked.path == "/userinfo" and handler.headers["Authorization"] == "Bearer access":
            answer(handler, 200, self.person)
        else:
            answer(handler, 400, {"error": "invalid_request"})

    def _configuration(self) -> dict[str, Any]:
        ends = {
            f"{name}_endpoint": f"{self.url}/{path}"
            for name, path in (("authorization", "authorize"), ("token", "token"), ("userinfo", "userinfo"))
        }
        return {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **ends}

    def _token(self, handler: BaseHTTPRequestHandler, given: dict[str, str]) -> None:
        asked = self.codes.pop(given.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        knows = given.get("client_secret") == SECRET or handler.headers["Authorization"] == f"Basic {basic}"
        fits = asked is not None and asked["code_challenge"] == challenge.rstrip(b"=").decode()
        if not (knows and fits and asked is not None and given["redirect_uri"] == asked["redirect_uri"]):
            answer(handler, 400, {"error": "invalid_grant"})
            return
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **self.person}
        signed = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "1"})
        answer(handler, 200, {"access_token": "access", "token_type": "Bearer", "id_token": signed})


def answer(handler: BaseHTTPRequestHandler, status: int, about: dict[str, Any]) -> None:
    body = json.dumps(about).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
