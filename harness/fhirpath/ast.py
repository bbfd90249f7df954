"""The parts of a parsed FHIRPath expression. Every part knows the ``offset`` (in characters) at which it was written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from harness.fhirpath.moments import Moment
from harness.fhirpath.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Nothing:
    """``{}``"""

    offset: int = 0


@dataclass(frozen=True, slots=True)
class Literal:
    """``true``, ``'text'``, ``1``, ``1.0``, ``@2014``, ``@T12:00``, ``4 'mg'``, ``2 days``"""

    value: bool | int | Decimal | str | Moment | Quantity
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Variable:
    """``%name``"""

    name: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Special:
    """``$this``, ``$index`` or ``$total`` (``name`` without the dollar)"""

    name: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """``base.name``, or ``name`` alone (``base`` None: of ``$this``)"""

    base: Expression | None
    name: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """``base.name(arguments)``, or ``name(arguments)`` alone"""

    base: Expression | None
    name: str
    arguments: tuple[Expression, ...]
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Indexer:
    """``base[index]``"""

    base: Expression
    index: Expression
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Polarity:
    """``-operand`` or ``+operand``"""

    operator: str
    operand: Expression
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Binary:
    """``left operator right``"""

    operator: str
    left: Expression
    right: Expression
    offset: int = 0


@dataclass(frozen=True, slots=True)
class TypeTest:
    """``operand is type`` or ``operand as type``; ``type`` may be qualified (``FHIR.Patient``)"""

    operator: str
    operand: Expression
    type: str
    offset: int = 0


Expression: TypeAlias = Nothing | Literal | Variable | Special | Member | Call | Indexer | Polarity | Binary | TypeTest
