"""Which of the sandbox's calls are reads."""

READS = ("Describe", "Get", "List", "LookUp")
"""How the names of actions begin that change nothing."""
