"""HL7 v2 ER7 and XML: lossless parse, encode, escape, address, batch and character set. Knows no profile and no data item."""

from harness.formats.hl7v2.address import Address, address
from harness.formats.hl7v2.batch import FilePart, read_batch, read_stream, split_batch
from harness.formats.hl7v2.delimiters import STANDARD, Delimiters
from harness.formats.hl7v2.groups import Grouped, GroupShape
from harness.formats.hl7v2.read import MAX_BYTES, parse
from harness.formats.hl7v2.segment import Segment
from harness.formats.hl7v2.tree import Tree

__all__ = [
    "MAX_BYTES",
    "STANDARD",
    "Address",
    "Delimiters",
    "FilePart",
    "GroupShape",
    "Grouped",
    "Segment",
    "Tree",
    "address",
    "parse",
    "read_batch",
    "read_stream",
    "split_batch",
]
