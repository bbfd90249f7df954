"""The grammar of one HL7 version as rules: what holds of a message before any profile speaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from harness.model.issue import Severity
from harness.validation.hl7v2.model import FieldRule, Hl7Table, SegmentRule
from harness.validation.hl7v2.structure import MessageStructure, read_structure

# A code that stands for others: 10 ...19, HL7nnnn, NNxxx, Q<integer>D, (pad).
_EXAMPLE = re.compile(r"\.\.|nnn|xxx|zzz|[<(]\w|\s|,")
# Primitive types whose values have a form.
FORMED = frozenset({"TS", "DTM", "DT", "TM", "NM", "SI"})
_DEEPEST = 2
# Events that share the structure of another (HL7 chapters 3, 4, 7, 9, 10), where the version has no structure of their own name.
_SHARED = {
    "ADT_A01": "A04 A08 A13", "ADT_A05": "A14 A28 A31", "ADT_A06": "A07", "ADT_A09": "A10 A11 A12", "ADT_A21": "A22 A23 A25 A26 A27 A29 A32 A33",
    "ADT_A30": "A34 A35 A36 A46 A47 A48 A49", "ADT_A39": "A40 A41 A42", "ADT_A43": "A44", "ADT_A50": "A51", "ADT_A52": "A53", "ADT_A54": "A55",
    "ADT_A61": "A62", "ADT_A16": "A16", "SIU_S12": "S13 S14 S15 S16 S17 S18 S19 S20 S21 S22 S23 S24 S26", "MDM_T01": "T03 T05 T07 T09 T11",
    "MDM_T02": "T04 T06 T08 T10", "OML_O21": "O21", "SRM_S01": "S02 S03 S04 S05 S06 S07 S08 S09 S10 S11",
    "SRR_S01": "S02 S03 S04 S05 S06 S07 S08 S09 S10 S11", "REF_I12": "I13 I14 I15", "RRI_I12": "I13 I14 I15",
    "PPR_PC1": "PC2 PC3", "PGL_PC6": "PC7 PC8", "PPP_PCB": "PCC PCD", "QBP_Q21": "Q22 Q23 Q24 Q25",
}  # fmt: skip
_STRUCTURE_OF = {(name.partition("_")[0], event): name for name, events in _SHARED.items() for event in events.split()}


class VersionGrammar:
    """Rules made from the facts of a version, segment by segment as they are asked for.

    ``profiled`` True weighs what only the grammar asks as warnings, values out of form aside: a profile speaks first.
    """

    def __init__(self, version: str, facts: Mapping[str, Any], *, profiled: bool) -> None:
        self.version, self.facts, self.profiled = version, facts, profiled
        self.known: frozenset[str] = frozenset(name for name, fields in facts["segments"].items() if fields)
        self._segments: dict[str, SegmentRule | None] = {}
        self._types: dict[str, tuple[FieldRule, ...]] = {}
        self._tables: dict[str, Hl7Table | None] = {}
        self._structures: dict[str, MessageStructure] = {}

    @property
    def source(self) -> str:
        """How a rule of the grammar is cited."""
        return f"HL7 v{self.version}"

    def structure(self, type: str, event: str, name: str) -> MessageStructure | None:
        """The structure named in MSH-9.3, else that of the event; None where the version's facts have none."""
        messages = self.facts["messages"]
        candidates = (name, f"{type}_{event}", _STRUCTURE_OF.get((type, event), ""), type)
        found = next((candidate for candidate in candidates if candidate in messages), None)
        if found is None:
            return None
        if found not in self._structures:
            self._structures[found] = read_structure(messages[found], (found,), (), f"{self.source} {found}")
        return self._structures[found]

    def segment(self, name: str) -> SegmentRule | None:
        """The fields of a segment; None for a Z-segment and for one the version does not have."""
        if name not in self._segments:
            fields = self.facts["segments"].get(name) if name in self.known else None
            rules = tuple(sorted((self.field(name, *fact) for fact in fields), key=lambda rule: rule.number)) if fields else ()
            self._segments[name] = SegmentRule(name, f"{self.source} {name}", rules, complete=True) if fields else None
        return self._segments[name]

    def field(self, segment: str, number: int, kind: str, least: int, most: int, table: str) -> FieldRule:
        """One field as a rule."""
        if segment == "MSH" and number <= 2:
            return FieldRule(number, source=self.source)
        rule = self._element(number, kind, least, table, 0, f"{self.source} {segment}-{number}")
        # The form of what is observed is asked by the rule over OBX-2.
        return replace(rule, max=most or None, min=least)

    def _element(self, number: int, kind: str, least: int, table: str, depth: int, source: str) -> FieldRule:
        parts = self._parts(kind, depth) if depth < _DEEPEST else ()
        leaf = kind if kind in FORMED and not parts else ""
        codes = self._table(table) if table else None
        # A user-defined table suggests its codes (HL7 v2.4 §2.5.3.6): another code is the site's to explain, not a fault.
        closed = kind in ("ID", "CNE") or bool(parts and parts[0].datatype == "ID")
        return FieldRule(
            number=number,
            use="R" if least else "O",
            type=leaf,
            table=codes if closed or codes is None else replace(codes, open=True),
            length=0 if parts else self.facts["lengths"].get(kind, 0),
            severity=Severity.WARNING if self.profiled else None,
            parts=parts,
            source=source,
            datatype=kind,
            complete=bool(parts) or (kind not in ("varies", "CM") and kind not in self.facts["types"]),
            table_severity=Severity.ERROR if closed and not self.profiled else Severity.WARNING,
            unknown_table=table if table and codes is None else "",
        )

    def _parts(self, kind: str, depth: int) -> tuple[FieldRule, ...]:
        key = f"{kind}/{depth}"
        if key not in self._types:
            facts = self.facts["types"].get(kind, ())
            source = f"{self.source} {kind}"
            self._types[key] = tuple(self._element(place, fact[0], fact[1], fact[2], depth + 1, f"{source}.{place}") for place, fact in enumerate(facts, 1))
        return self._types[key]

    def _table(self, name: str) -> Hl7Table | None:
        if name not in self._tables:
            codes = self.facts["tables"].get(name)
            examples = [code for code in codes or () if _EXAMPLE.search(code)]
            values = frozenset(codes or ()) - frozenset(examples)
            self._tables[name] = (
                Hl7Table(name, f"HL7 table {name}", False, False, values, frozenset(), None, f"{self.source} table {name}", bool(examples)) if values else None
            )
        return self._tables[name]


@lru_cache(maxsize=32)
def grammar_of(version: str, profiled: bool) -> VersionGrammar | None:
    """The grammar of a version; None where there are no facts of it."""
    from harness.catalogue.v2_grammar import v2_grammar, v2_versions

    return VersionGrammar(version, v2_grammar(version), profiled=profiled) if version in v2_versions() else None
