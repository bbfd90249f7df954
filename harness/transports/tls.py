"""TLS contexts for clients and servers: certificates by path, pass phrases from the environment, verification always on."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from harness.errors import SetUpError
from harness.model.place import Tls


def client_context(tls: Tls) -> ssl.SSLContext:
    """What a client speaks TLS 1.2 or later with: the server's certificate and name are verified, by ``tls.ca`` or the system's authorities.

    ``tls.certificate`` is shown where the server asks for one (mutual TLS). Raises SetUpError for a file or secret that cannot be used.
    """
    if tls.ca:
        _must_exist(tls.ca, "ca")
    try:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=tls.ca or None)
    except (OSError, ValueError) as error:
        raise _unusable("ca", tls.ca, error) from None
    return _finish(context, tls)


def server_context(tls: Tls) -> ssl.SSLContext:
    """What a server speaks TLS 1.2 or later with, as ``tls.certificate``; with ``tls.ca`` only clients whose certificate it signed are let in.

    Raises SetUpError without a certificate, or for a file or secret that cannot be used.
    """
    if not tls.certificate:
        raise SetUpError("a TLS server needs a certificate", where="tls", expected="certificate: the path of a PEM file", do="name it in the manifest")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if tls.ca:
        _must_exist(tls.ca, "ca")
        try:
            context.load_verify_locations(tls.ca)
        except (OSError, ValueError) as error:
            raise _unusable("ca", tls.ca, error) from None
        context.verify_mode = ssl.CERT_REQUIRED
    return _finish(context, tls)


def _finish(context: ssl.SSLContext, tls: Tls) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not tls.certificate:
        return context
    for name, path in (("certificate", tls.certificate), ("key", tls.key)):
        if path:
            _must_exist(path, name)
    try:
        # A function, so that an encrypted key never makes OpenSSL ask at a terminal.
        context.load_cert_chain(tls.certificate, tls.key or None, password=lambda: _pass_phrase(tls))
    except (OSError, ValueError) as error:
        raise _unusable("key" if tls.key else "certificate", tls.key or tls.certificate, error) from None
    return context


def _pass_phrase(tls: Tls) -> str:
    if not tls.secret:
        raise SetUpError("the private key is encrypted", where=tls.key or tls.certificate, do="name the environment variable of its pass phrase as tls.secret")
    if tls.secret not in os.environ:
        raise SetUpError("the pass phrase of the private key is missing", where=f"environment variable {tls.secret}", do="set it and run again")
    return os.environ[tls.secret]


def _must_exist(path: str, name: str) -> None:
    if not Path(path).is_file():
        raise SetUpError("there is no such file", where=f"tls.{name} {path}", expected="a PEM file", do="correct the path in the manifest")


def _unusable(name: str, path: str, error: Exception) -> SetUpError:
    reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
    return SetUpError(f"the file cannot be used: {reason}", where=f"tls.{name} {path}", expected="a PEM file, and the key that fits its certificate")
