"""FHIR definitions: the core facts that ship and the packages a user names, as R4-shaped slim JSON whatever their version and form.

from harness.catalogue.fhir import definitions

known = definitions("4.0.1", ("fhir.r4.ukcore#2.0.0",))
known.structure("https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient").elements
"""

from harness.catalogue.fhir.definitions import Definitions, definitions
from harness.catalogue.fhir.structure import Structure

__all__ = ["Definitions", "Structure", "definitions"]
