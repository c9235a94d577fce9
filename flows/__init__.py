"""Entry points: one runbook a file, and the command line."""
