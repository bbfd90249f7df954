"""HL7 v2 ER7 and XML: lossless parse, encode, escape, address, batch and character set. Knows no profile and no data item."""
