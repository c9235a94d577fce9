"""One folder a runbook: all that only it knows."""
