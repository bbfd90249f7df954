"""The functions behind ``harness.run``, ``harness.read``, ``harness.compare`` and ``harness.validate``."""
