"""A place and a system know their parts by id, and say when there is none."""

from __future__ import annotations

import pytest

from harness.catalogue import catalogue


def test_a_system_and_an_endpoint_are_found_by_id() -> None:
    place = catalogue().place("demonstration")
    system = place.system("exemplar")
    assert system.id == "exemplar"
    assert system.endpoint(system.endpoints[0].id) is system.endpoints[0]


def test_what_is_not_there_is_a_key_error() -> None:
    place = catalogue().place("demonstration")
    with pytest.raises(KeyError, match="nobody"):
        place.system("nobody")
    with pytest.raises(KeyError, match="nowhere"):
        place.system("exemplar").endpoint("nowhere")
