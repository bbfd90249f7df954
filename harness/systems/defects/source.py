"""Defects of a source: what it sends is not what it holds, or not what it declares."""

from __future__ import annotations

from typing import Any, Final

from harness.systems.core.defect import Defect
from harness.systems.defects.kit import edit_fhir, edit_v2, flag, is_v2, register

Resource = dict[str, Any]


class _Sends(Defect):
    """Changes what goes out: ``segments`` are dropped from v2, ``kinds`` from Bundles."""

    segments: frozenset[bytes] = frozenset()
    kinds: frozenset[str] = frozenset()

    def wire_out(self, payload: bytes, interface: str) -> bytes | None:  # noqa: ARG002
        """Without them."""
        if is_v2(payload):
            return b"\r".join(line for line in payload.split(b"\r") if line[:3] not in self.segments)
        return edit_fhir(payload, lambda resource: None if resource.get("resourceType") in self.kinds else resource)


@register("source-omits-allergies")
class SourceOmitsAllergies(_Sends):
    """Holds allergies and does not send them."""

    segments, kinds = frozenset({b"AL1"}), frozenset({"AllergyIntolerance"})


@register("source-omits-contacts")
class SourceOmitsContacts(_Sends):
    """Holds next of kin and does not send them."""

    segments = frozenset({b"NK1"})


@register("source-sends-bad-structure")
class SourceSendsBadStructure(_Sends):
    """Leaves EVN out; over FHIR, the class of an Encounter and the given structure of a Patient's name."""

    segments = frozenset({b"EVN"})

    def wire_out(self, payload: bytes, interface: str) -> bytes | None:
        """As said."""
        if is_v2(payload):
            return super().wire_out(payload, interface)
        return edit_fhir(payload, self._broken)

    @staticmethod
    def _broken(resource: Resource) -> Resource:
        if resource.get("resourceType") == "Patient":
            resource["name"] = [{**name, "given": " ".join(name.get("given") or ["-"])} for name in resource.get("name") or ()]
        if resource.get("resourceType") == "Encounter":
            resource.pop("class", None)
        return resource


_REQUIRED: Final = ("MSH-7", "MSH-21")


@register("source-omits-msh-fields")
class SourceOmitsMshFields(Defect):
    """Leaves required fields of MSH empty."""

    def wire_out(self, payload: bytes, interface: str) -> bytes | None:  # noqa: ARG002
        """MSH-7 and MSH-21 empty."""

        def change(tree: Any) -> None:
            for path in _REQUIRED:
                tree.set(path, None)

        return edit_v2(payload, change)


@register("source-never-sends-merges")
class SourceNeverSendsMerges(Defect):
    """Merges its own records and tells nobody."""

    def wire_out(self, payload: bytes, interface: str) -> bytes | None:  # noqa: ARG002
        """None for a merge."""
        merge = b"|ADT^A40" in payload[:400] if is_v2(payload) else b'"replaced-by"' in payload
        return None if merge else payload


@register("source-never-sends-cancellations")
class SourceNeverSendsCancellations(Defect):
    """Cancels and tells nobody (HL7 v2)."""

    def wire_out(self, payload: bytes, interface: str) -> bytes | None:  # noqa: ARG002
        """None for A11, A12, A13."""
        return None if is_v2(payload) and any(b"|ADT^%s" % code in payload[:400] for code in (b"A11", b"A12", b"A13")) else payload


@register("source-swaps-names")
class SourceSwapsNames(Defect):
    """Sends given name for family name and the other way about."""

    def wire_out(self, payload: bytes, interface: str) -> bytes | None:  # noqa: ARG002
        """Swapped."""

        def v2(tree: Any) -> None:
            family, given = tree.raw("PID-5[1].1"), tree.raw("PID-5[1].2")
            tree.set_raw("PID-5[1].1", given)
            tree.set_raw("PID-5[1].2", family)

        def fhir(resource: Resource) -> Resource:
            for name in resource.get("name") or () if resource.get("resourceType") == "Patient" else ():
                family, given = name.get("family", ""), (name.get("given") or [""])
                if family and given[0]:
                    name["family"], name["given"] = given[0], [family, *given[1:]]
            return resource

        return edit_v2(payload, v2) if is_v2(payload) else edit_fhir(payload, fhir)


# Sends once: what is not answered is given up.
flag("source-never-repeats", "never-repeats")
