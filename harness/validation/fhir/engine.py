"""What is kept between documents: definitions, the trees compiled from them, the plans made of those, terminology. Safe to share between threads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from harness.validation.fhir.judging import Function, rules_by_type
from harness.validation.fhir.rule_tree import compile_tree
from harness.validation.fhir.walk.conformance import conforms, follows_rule
from harness.validation.fhir.walk.extensions import judge_extension
from harness.validation.fhir.walk.judges import Judges, ObjectJudge
from harness.validation.fhir.walk.plans import ValuePlan
from harness.validation.fhir.walk.resources import judge_resource

if TYPE_CHECKING:
    from harness.catalogue.fhir import Definitions, Structure
    from harness.terminology import Terminology
    from harness.validation.fhir.element_rules import ElementRule, SlicingRule
    from harness.validation.fhir.fastpath.sliced_arrays import Sliced
    from harness.validation.fhir.references.targets import AllowedTargets
    from harness.validation.fhir.slicing.discriminators import Demand


def _compiled(plan: ValuePlan, *, resource: bool = False) -> ObjectJudge:
    # A document or two are judged before it is worth compiling a plan, and before the room for it is worth importing.
    from harness.validation.fhir.fastpath.plan_functions import function_of

    return function_of(plan, resource=resource)


JUDGES = Judges(judge_resource, judge_extension, _compiled, conforms, follows_rule)
_MISSES = 4096
_MOST_PLANS = 20_000


class Engine:
    """Trees and plans over one set of definitions and rule sets; ``best_practice``: with the invariants that are only advice (dom-6).

    ``below`` is the engine over the definitions that these are a layer on: its trees serve here too.
    """

    def __init__(self, definitions: Definitions, rule_sets: tuple[str, ...] = ("national",), best_practice: bool = False, below: Engine | None = None) -> None:
        self._below = below
        self.best_practice = best_practice
        self.definitions = definitions
        self.rule_sets = rule_sets
        self.resource_types = definitions.resource_types
        self.primitive_types = definitions.primitive_types
        self.type_names = definitions.type_names
        self._structures: dict[str, Structure | None] = {}
        self._trees: dict[str, ElementRule | None] = {}
        # By identity of the Structure, which is kept beside: one tree, whatever canonical asks for it.
        self._made: dict[int, tuple[Structure, ElementRule | None]] = {}
        self._plans: dict[tuple[str, tuple[int, ...]], ValuePlan] = {}
        self._ancestors: dict[str, tuple[str, ...]] = {}
        self.judges = JUDGES
        # What rooms work out once for these definitions. Where a key is an id, what it is of is kept beside, so that the id stays its own.
        self.type_keys: dict[str, dict[str, tuple[str, str]]] = {}
        self.slice_demands: dict[tuple[int, SlicingRule], tuple[ElementRule, tuple[Demand, ...]]] = {}
        self.contexts_met: dict[tuple[str, str, int], ValuePlan] = {}
        self.extensions_beside: dict[int, tuple[ValuePlan, Sliced | None]] = {}
        self.allowed_targets: dict[int, AllowedTargets] = {}
        self.target_profiles: dict[tuple[tuple[str, ...], str], tuple[list[str], bool]] = {}
        self.narrative_sources: dict[str, bool] = {}
        # How many documents a plan judges by walking before it is compiled: compiling costs about what walking twenty does.
        self.patience = 3

    @cached_property
    def terminology(self) -> Terminology:
        """Value sets and code systems over these definitions."""
        from harness.terminology import Terminology

        return Terminology(self.definitions)

    @cached_property
    def types(self) -> Any:
        """What FHIRPath asks of types."""
        from harness.fhirpath.types import Types

        return Types(self.definitions, self.definitions.version)

    @cached_property
    def functions(self) -> Mapping[str, tuple[Function, ...]]:
        """Rule functions by the type they judge."""
        return rules_by_type(self.rule_sets)

    def structure(self, canonical: str) -> Structure | None:
        """A StructureDefinition with its snapshot, None where it is unknown. What hostile input asks for in vain is not kept for ever."""
        try:
            return self._structures[canonical]
        except KeyError:
            pass
        found = self.definitions.structure(canonical)
        if found is None and len(self._structures) > _MISSES:
            return None
        self._structures[canonical] = found
        return found

    def tree(self, canonical: str) -> ElementRule | None:
        """The compiled tree of a definition, None where it is unknown or has no elements."""
        try:
            return self._trees[canonical]
        except KeyError:
            pass
        structure = self.structure(canonical)
        tree = self._tree_of(canonical, structure) if structure is not None else None
        if tree is not None or len(self._trees) <= _MISSES:
            self._trees[canonical] = tree
        return tree

    def _tree_of(self, canonical: str, structure: Structure) -> ElementRule | None:
        if self._below is not None and self._below.structure(canonical) is structure:
            return self._below.tree(canonical)
        found = self._made.get(id(structure))
        if found is None:
            found = self._made.setdefault(id(structure), (structure, compile_tree(structure) if structure.elements else None))
        return found[1]

    def ancestors(self, type_name: str) -> tuple[str, ...]:
        """A type and what it specialises, nearest first (``Age``, ``Quantity``, ``Element``)."""
        found = self._ancestors.get(type_name)
        if found is None:
            names: list[str] = []
            name = type_name
            while name and name not in names and len(names) < 20:
                names.append(name)
                structure = self.structure(name)
                name = structure.base.rpartition("/")[2].partition("|")[0] if structure is not None else ""
            found = tuple(names)
            if structure_known(self, type_name):
                self._ancestors[type_name] = found
        return found

    def plan(self, type_name: str, rules: tuple[ElementRule, ...]) -> ValuePlan:
        """The plan of a value of ``type_name`` that ``rules`` (the base first, none twice) are in force for."""
        key = (type_name, tuple([id(rule) for rule in rules]))
        found = self._plans.get(key)
        if found is None:
            if len(self._plans) > _MOST_PLANS:
                # Documents choose which profiles they claim together: what they can make us keep has an end.
                self._plans.clear()
            found = self._plans.setdefault(key, ValuePlan(self, type_name, rules))
        return found


def structure_known(engine: Engine, type_name: str) -> bool:
    """Whether a type has a definition."""
    return engine.structure(type_name) is not None


@lru_cache(maxsize=16)
def engine_of(definitions: Definitions, rule_sets: tuple[str, ...], best_practice: bool = False) -> Engine:
    """The engine over ``definitions`` with ``rule_sets``; the same object for the same arguments."""
    return Engine(definitions, rule_sets, best_practice)
