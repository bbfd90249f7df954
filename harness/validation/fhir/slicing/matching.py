"""Which slice an item of the document is of: whether it meets what the discriminators ask, and the values at a discriminator's path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.validation.fhir.content import Data
from harness.validation.fhir.data.fixed_and_bounds import equal, includes
from harness.validation.fhir.slicing.discriminators import Demand, Fact, Token, demand, extension_url
from harness.validation.fhir.slicing.slices import BY_URL

if TYPE_CHECKING:
    from harness.validation.fhir.element_rules import ElementRule, SlicingRule
    from harness.validation.fhir.engine import Engine
    from harness.validation.fhir.judging import FhirJudging
    from harness.validation.fhir.slicing.slices import Slice


def matches(judging: FhirJudging, one: Slice, how: SlicingRule, item: Data, in_position: bool) -> bool | None:
    """Whether an item is of a slice; None where that cannot be told. ``in_position``: it stands where the slice stands among the slices."""
    if not how.discriminators:
        # An item is of a slice without discriminator where it follows its rules.
        return judging.engine.judges.follows(judging, one.rule, item)
    unsure = False
    asks = demands(judging.engine, one.rule, how)
    told = any(asked.facts for asked in asks)
    for asked in asks:
        if told and asked.facts is None and asked.tokens is not None:
            continue
        answer = in_position if asked.discriminator.type == "position" else _meets(judging, item, asked)
        if answer is False:
            return False
        unsure = unsure or answer is None
    return None if unsure else True


def demands(engine: Engine, rule: ElementRule, how: SlicingRule) -> tuple[Demand, ...]:
    """What the discriminators ask of an item of the slice ``rule``."""
    key = (id(rule), how)
    found = engine.slice_demands.get(key)
    if found is None:
        if how.discriminators == BY_URL.discriminators and (url := extension_url(engine, rule)):
            made: tuple[Demand, ...] = (Demand(how.discriminators[0], (("url", ""),), (Fact("fixed", ("uri", url)),)),)
        else:
            made = tuple(demand(engine, rule, one) for one in how.discriminators)
        found = engine.slice_demands[key] = (rule, made)
    return found[1]


def _meets(judging: FhirJudging, data: Data, asked: Demand) -> bool | None:
    """Whether an item of the document meets a demand; None where that cannot be told."""
    if asked.tokens is None or asked.facts is None:
        return None
    found = select(judging, data, asked.tokens)
    if found is None:
        return _hinted(judging, data, asked)
    if asked.facts[0].kind == "absent":
        return not found
    undecided = False
    for one in found:
        answers = [_holds(judging, fact, one) for fact in asked.facts]
        if all(answer is True for answer in answers):
            return True
        undecided = undecided or (None in answers and False not in answers)
    return None if undecided else False


def _holds(judging: FhirJudging, fact: Fact, data: Data) -> bool | None:
    if fact.kind == "fixed":
        return equal(fact.value[1], data.value)
    if fact.kind == "pattern":
        return includes(fact.value[1], data.value)
    if fact.kind == "exists":
        return True
    if fact.kind == "absent":
        return False
    if fact.kind == "type":
        return _of_type(judging, data, fact.value)
    if fact.kind == "below":
        below = select(judging, data, ((fact.value, ""),)) or []
        if fact.below[0].kind == "absent":
            return not below
        answers = [[_holds(judging, one, value) for one in fact.below] for value in below]
        if any(all(one is True for one in each) for each in answers):
            return True
        return None if any(None in each and False not in each for each in answers) else False
    if fact.kind == "profile":
        return _follows(judging, data, fact.value)
    return _member(judging, fact.value, data)


def _of_type(judging: FhirJudging, data: Data, codes: frozenset[str]) -> bool | None:
    if isinstance(data.value, dict) and isinstance(name := data.value.get("resourceType"), str):
        return any(one in codes for one in judging.engine.ancestors(name))
    if not data.type:
        return None
    return any(one in codes for one in judging.engine.ancestors(data.type))


def _follows(judging: FhirJudging, data: Data, canonicals: tuple[str, ...]) -> bool | None:
    if not isinstance(data.value, dict):
        return False
    unknown = False
    for canonical in canonicals:
        if judging.engine.structure(canonical) is None:
            unknown = True
        elif not any(issue.is_error for issue in judging.conforms(data.value, canonical, data.path)):
            return True
    return None if unknown else False


def _member(judging: FhirJudging, value_set: str, data: Data) -> bool | None:
    terminology = judging.terminology
    value = data.value
    if isinstance(value, str):
        codes: list[tuple[str, str | None]] = [(value, None)]
    elif isinstance(value, dict):
        codings = value.get("coding") if isinstance(value.get("coding"), list) else [value]
        codes = [(one["code"], one.get("system")) for one in codings or () if isinstance(one, dict) and isinstance(one.get("code"), str)]
    else:
        return False
    unknown = False
    for code, system in codes:
        status = terminology.member(value_set, code, system if isinstance(system, str) else None).status
        if status == "yes":
            return True
        unknown = unknown or status == "unknown"
    return None if unknown else False


def _hinted(judging: FhirJudging, data: Data, asked: Demand) -> bool | None:
    """Where a reference does not resolve, its text may still say the type."""
    if asked.discriminator.type != "type" or not asked.tokens or asked.tokens[-1][0] != "resolve()" or asked.facts is None:
        return None
    holders = select(judging, data, asked.tokens[:-1])
    for one in holders or ():
        reference = one.value.get("reference") if isinstance(one.value, dict) else None
        said = one.value.get("type") if isinstance(one.value, dict) else None
        parts = reference.partition("/_history/")[0].rsplit("/", 2) if isinstance(reference, str) else []
        name = parts[-2] if len(parts) > 1 and parts[-2] in judging.engine.resource_types else said
        if isinstance(name, str):
            return any(name in fact.value for fact in asked.facts)
    return None


def select(judging: FhirJudging, data: Data, tokens: tuple[Token, ...]) -> list[Data] | None:
    """The values at a discriminator path below ``data``; None where a reference on the way does not resolve here."""
    found = [data]
    for name, argument in tokens:
        if name == "resolve()":
            resolved: list[Data] = []
            for one in found:
                target = one.value.get("reference") if isinstance(one.value, dict) else one.value
                if not isinstance(target, str):
                    continue
                answer = judging.references.resolve(target, one.path)
                if answer is None:
                    return None
                resolved.append(Data(answer.node, None, "", answer.path))
            found = resolved
        elif name == "ofType()":
            found = [one for one in found if _of_type(judging, one, frozenset({argument})) is not False]
        elif name == "extension()":
            found = [one for each in found for one in _members(judging, each, "extension") if isinstance(one.value, dict) and one.value.get("url") == argument]
        else:
            found = [one for each in found for one in _members(judging, each, name)]
    return found


def _members(judging: FhirJudging, data: Data, name: str) -> Iterator[Data]:
    holder = data.value if isinstance(data.value, dict) else data.shadow
    if not isinstance(holder, dict):
        return
    key, kind = name, ""
    if name not in holder and f"_{name}" not in holder:
        size = len(name)
        for held in holder:
            bare = held.removeprefix("_")
            if bare.startswith(name) and len(bare) > size and (kind := _suffix(judging, bare[size:])):
                key = bare
                break
        else:
            return
    value, beside = holder.get(key), holder.get(f"_{key}")
    if isinstance(value, list) or (value is None and isinstance(beside, list)):
        values = value if isinstance(value, list) else [None] * (len(beside) if isinstance(beside, list) else 0)
        shadows = beside if isinstance(beside, list) else []
        for index, item in enumerate(values):
            shadow = shadows[index] if index < len(shadows) else None
            if item is not None or shadow is not None:
                yield Data(item, shadow, kind, f"{data.path}.{key}[{index}]")
    elif value is not None or beside is not None:
        yield Data(value, beside, kind, f"{data.path}.{key}")


def _suffix(judging: FhirJudging, suffix: str) -> str:
    """The type that the end of a choice's key names; empty where it names none."""
    lower = suffix[:1].lower() + suffix[1:]
    if lower in judging.engine.primitive_types:
        return lower
    return suffix if suffix in judging.engine.type_names else ""
