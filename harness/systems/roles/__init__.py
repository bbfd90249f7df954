"""One file per role a simulated system can play; each registers itself in ``core.role.ROLES`` under the role's name."""
