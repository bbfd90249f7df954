"""What only frames bytes or checks addresses loads neither asyncio nor an HTTP library."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["mllp", "guard", "faults", "mailbox", "http", "mllp.client"])
def test_a_light_module_stays_light(module: str) -> None:
    heavy = "{'asyncio', 'requests', 'urllib3', 'uvicorn', 'starlette', 'h11'}"
    code = f"import sys, harness.transports.{module}; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_mllp_package_knows_no_other_names() -> None:
    import harness.transports.mllp as mllp

    with pytest.raises(AttributeError, match="no attribute 'MllpProxy'"):
        _ = mllp.MllpProxy
    assert all(getattr(mllp, name) is not None for name in mllp.__all__)
