"""HL7 v2 messages judged against a profile, by side."""
