"""The same checks under pytest: collects ``*.place.yaml``. Floor 7."""
