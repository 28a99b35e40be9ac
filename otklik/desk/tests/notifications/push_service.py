from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

AUTH = b"0123456789abcdef"


class PushService:
    """A browser and its maker: takes messages at an address of its own, and reads them with the browser's key as
    RFC 8291 says."""

    def __init__(self) -> None:
        self.status = 201
        self.headers: list[dict[str, str]] = []
        self.told: list[dict[str, Any]] = []
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._public = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        self.endpoint = f"http://127.0.0.1:{self.port}/push/abc"

    def __enter__(self) -> PushService:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def subscription(self) -> dict[str, str]:
        return {"endpoint": self.endpoint, "p256dh": _text(self._public), "auth": _text(AUTH)}

    def take(self, headers: dict[str, str], body: bytes) -> int:
        self.headers.append(headers)
        if self.status < 300:
            self.told.append(json.loads(self._read(body)))
        return self.status

    def _read(self, body: bytes) -> bytes:
        salt, length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        secret = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        key = _derived(secret, AUTH, b"WebPush: info\0" + self._public + theirs, 32)
        cek = _derived(key, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(key, salt, b"Content-Encoding: nonce\0", 12)
        return AESGCM(cek).decrypt(nonce, sealed, None).rstrip(b"\0").removesuffix(b"\x02")

    def _handler(service) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(service.take(headers, body))
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                """Quiet."""

        return Handler


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def _text(some: bytes) -> str:
    return urlsafe_b64encode(some).decode().rstrip("=")
