"""The lens engine: record ⇄ tree by the rows of a format key. Floor 3: may import floors 0 to 2.

lens("hl7v2/2.4/itk").read(tree, codes=system.codes)      # Record, each value knowing where it stood
lens("fhir/4.0.1/ukcore").write(record)                   # Bundle
"""

from harness.mapping.lens import Lens, Loss, lens

__all__ = ["Lens", "Loss", "lens"]
