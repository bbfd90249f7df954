"""FHIRPath: expressions compiled once to closures and evaluated over plain FHIR JSON trees, typed by the definitions, bounded in time and depth.

Between floors 2 and 3. Imports the standard library and ``harness.errors``; what it needs to know of types, value sets and units is handed in.

    types = Types(definitions("4.0.1"))
    patient = node(tree, "Patient", types)
    compile("name.where(use = 'usual').given").evaluate(patient, Environment(types, resource=patient, root=patient))
"""

from harness.fhirpath.errors import EvaluationError, UnsupportedError
from harness.fhirpath.evaluation import Environment
from harness.fhirpath.expression import Expression, compile  # noqa: A004
from harness.fhirpath.nodes import ElementNode, node
from harness.fhirpath.parse import parse
from harness.fhirpath.types import Types

__all__ = ["ElementNode", "Environment", "EvaluationError", "Expression", "Types", "UnsupportedError", "compile", "node", "parse"]
