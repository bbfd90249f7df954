"""What every way in over HTTP shares: a standing session with the endpoint's credential, and one request a message."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import ClassVar

from harness.adapters.base import Adapter
from harness.model.message import Delivery, Message
from harness.transports.http import HttpClient
from harness.transports.inlet import HttpInlet


class OverHttp(Adapter):
    """One keep-alive session to the endpoint's address; ``accepts`` is the media type asked for."""

    transport = "http"
    accepts: ClassVar[str]
    _client: HttpClient | None = None
    _inlet: HttpInlet | None = None

    def client(self, token: str | None = None) -> HttpClient:
        """A session with ``token`` (the endpoint's own when None, no credential when empty)."""
        bearer = self.token if token is None else token
        headers = {"Accept": self.accepts}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        limits = self.endpoint.limits
        return HttpClient(self.address, headers=headers, timeout=limits.acknowledge, connect_timeout=limits.connect, tls=self.endpoint.tls)

    def wire_bytes(self, message: Message) -> bytes:
        """The request body."""
        return message.content

    def exchange(self, message: Message, payload: bytes) -> Delivery:
        """One request on the standing session."""
        if self._client is None:
            self._client = self.client()
        return self.exchange_with(self._client, replace(message, content=payload))

    def cut(self, message: Message, payload: bytes) -> Delivery:
        """One request whose answer is lost."""
        made = self.exchange(message, payload)
        return Delivery(made.message, payload, failure=made.failure or "disconnected")

    @abstractmethod
    def exchange_with(self, client: HttpClient, message: Message) -> Delivery:
        """One request on a given session, and its answer."""
