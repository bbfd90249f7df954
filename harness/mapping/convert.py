"""A message in one format as a message in another, with a ledger of what became of every value.

conversion = to_fhir(tree)                     # an HL7 v2 Tree as a FHIR R4 message Bundle
conversion.fates                               # carried, structural or not carried, with the reason
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from harness.formats.hl7v2 import Tree
from harness.mapping import times
from harness.mapping.carry.back import to_v2
from harness.mapping.carry.leaves import Account
from harness.mapping.carry.overlay import lay, readable
from harness.mapping.carry.tables import carry_tables
from harness.mapping.carry.walk import Walk
from harness.mapping.conversion import FHIR_KEY, V2_KEY, Conversion
from harness.mapping.lens import lens

TARGETS = {"fhir-r4": "HL7 v2", "hl7v2-2.4": "FHIR R4"}
"""What can be converted to, and from what."""

_MERGES = frozenset({"A18", "A30", "A34", "A36", "A39", "A40"})
_ABSENT = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}


def convert_tree(tree: Any, to: str) -> Conversion:
    """``tree`` (a v2 Tree or a FHIR dict) converted; ``to`` is one of TARGETS."""
    if to == "fhir-r4":
        return to_fhir(tree)
    return to_v2(tree)


def to_fhir(tree: Tree) -> Conversion:
    """A v2 message (2.3 to 2.8) as a FHIR R4 Bundle of type message: items by their rows, the rest by carry rows. Raises nothing on content."""
    account = Account(tree)
    walk = Walk(tree, carry_tables(), account)
    walk.run()
    source, target = lens(V2_KEY), lens(FHIR_KEY)
    copy, yielding = readable(tree, source)
    beside = lay(source.read(copy), walk, account, target, source, yielding)
    _link(walk, tree.trigger)
    resources = [(url, _completed(resource)) for url, resource in walk.entries()]
    patient = next((url for url, resource in resources if resource["resourceType"] == "Patient"), "")
    for number, resource in enumerate(beside):
        resource.pop("id", None)
        resource["patient"] = {"reference": patient}
        resources.append((f"urn:uuid:{uuid5(NAMESPACE_URL, f'{walk.stem}/beside/{number}')}", resource))
    bundle: dict[str, Any] = {"resourceType": "Bundle"}
    if tree.control_id:
        bundle["identifier"] = {"system": "https://exemplar-harness.example/Id/message", "value": tree.control_id}
    headed = bool(resources) and resources[0][1]["resourceType"] == "MessageHeader"
    bundle["type"] = "message" if headed else "collection"
    stamp = times.fhir_from_v2(tree.get("MSH-7.1") or "")
    if stamp and "T" in stamp:
        bundle["timestamp"] = stamp
    if resources:
        bundle["entry"] = [{"fullUrl": url, "resource": resource} for url, resource in resources]
    _settle_header(account, bundle)
    return Conversion("fhir-r4", bundle, tuple(account.fates()))


def _settle_header(account: Account, bundle: Mapping[str, Any]) -> None:
    account.settle(account.keys(0, 10), "carried", "Bundle.identifier.value")
    account.settle(account.keys(0, 11), "structural", "")
    if "timestamp" in bundle:
        account.settle(account.keys(0, 7, 1, 1), "carried", "Bundle.timestamp")
    else:
        account.refuse(account.keys(0, 7), "a Bundle's timestamp needs a date and a time")


def _link(walk: Walk, trigger: str) -> None:
    survivor = next((one for one in walk.opened if one.slot.name == "patient"), None)
    for loser in [one for one in walk.opened if one.slot.name == "loser" and one.filled]:
        if survivor is None:
            continue
        merged = trigger in _MERGES
        if not merged:
            loser.resource["active"] = True
        loser.resource["link"] = [{"other": {"reference": survivor.url}, "type": "replaced-by" if merged else "seealso"}]
        survivor.resource.setdefault("link", []).append({"other": {"reference": loser.url}, "type": "replaces" if merged else "seealso"})


def _completed(resource: dict[str, Any]) -> dict[str, Any]:
    """What FHIR asks for and the message does not hold is said to be absent."""
    if resource["resourceType"] == "MessageHeader":
        for place in [resource.get("source", {}), *resource.get("destination", ())]:
            if "endpoint" not in place and "_endpoint" not in place:
                place["_endpoint"] = _ABSENT
    if resource["resourceType"] == "Provenance":
        resource.setdefault("target", [{"display": "not said"}])
    for role in resource.get("agent", ()):
        role.setdefault("who", {"display": "not said"})
    for contact in resource.get("participant", ()) if resource["resourceType"] == "Appointment" else ():
        contact.setdefault("actor", {"display": "not said"})
    return resource
