"""FHIR resources judged against base structure and national rules."""
