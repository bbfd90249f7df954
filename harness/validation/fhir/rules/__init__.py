"""Rules over values of one FHIR type. A rule is one function here, registered for the types it judges."""
