"""The runbook for a login from an unusual place."""
