"""References: where each leads inside its document, whether that is what its element allows, and what every Reference must be like.

May import what every rule is handed, and of ``narrative`` the reader of XHTML; whether a target conforms is asked through ``FhirJudging``.
"""
