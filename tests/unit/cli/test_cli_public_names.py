"""The names that Python programs are promised: one list in the package, its docstring and the README."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import harness
from harness.validation.fhir.validator import Validator

README = Path(__file__).parents[3] / "README.md"


@pytest.mark.parametrize("name", harness.__all__)
def test_every_public_name_is_there_and_told(name: str) -> None:
    assert callable(getattr(harness, name))
    assert f"``{name}``" in str(harness.__doc__)
    text = README.read_text("utf-8")
    assert f"`harness.{name}`" in text


def test_the_validator_is_the_one_of_the_room_and_loaded_when_asked_for() -> None:
    assert harness.Validator is Validator
    program = "import sys, harness; assert not [one for one in sys.modules if one.startswith('harness.')]; harness.Validator; print('loaded')"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert ran.stdout == "loaded\n", ran.stderr


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nowhere"):
        _ = harness.nowhere
