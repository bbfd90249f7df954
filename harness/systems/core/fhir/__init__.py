"""The FHIR R4 interface of a simulated system: read, search, write, transaction, with OperationOutcome for every refusal."""
