"""The only reader of profiles/ and fixtures/: every file against its schema, unknown keys refused. Floor 2: may import floors 0 and 1.

from harness.catalogue import catalogue
c = catalogue()          # every property reads and proves its own files, on first use
"""

from harness.catalogue.access import Catalogue, catalogue

__all__ = ["Catalogue", "catalogue"]
