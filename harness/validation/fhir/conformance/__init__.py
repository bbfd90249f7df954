"""What rules over conformance resources (definitions, value sets, code systems, maps) share."""
