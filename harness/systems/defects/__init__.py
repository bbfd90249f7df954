"""Named misbehaviours of simulated systems. Each acts on stored or shown resources or on wire bytes; none knows the check that catches it."""
