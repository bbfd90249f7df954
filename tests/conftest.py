"""What all tests share: property tests are judged by what they find, not by the clock of a busy machine."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

collect_ignore = ["end_to_end/places"]  # manifests that the end-to-end tests run themselves

settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")), suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
