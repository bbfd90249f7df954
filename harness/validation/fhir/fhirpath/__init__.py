"""FHIRPath: expressions compiled once to closures and evaluated over plain FHIR JSON trees, typed by the definitions, bounded in time and depth.

Imports the standard library, ``harness.errors`` and, when units must be converted, the UCUM module of ``terminology``.

    types = Types(definitions("4.0.1"))
    patient = node(tree, "Patient", types)
    compile("name.where(use = 'usual').given").evaluate(patient, Environment(types, resource=patient, root=patient))
"""

from harness.validation.fhir.fhirpath.errors import EvaluationError, UnsupportedError
from harness.validation.fhir.fhirpath.evaluation import Environment
from harness.validation.fhir.fhirpath.expression import Expression, compile  # noqa: A004
from harness.validation.fhir.fhirpath.nodes import Node, node
from harness.validation.fhir.fhirpath.parse import parse
from harness.validation.fhir.fhirpath.types import Types

__all__ = ["Environment", "EvaluationError", "Expression", "Node", "Types", "UnsupportedError", "compile", "node", "parse"]
