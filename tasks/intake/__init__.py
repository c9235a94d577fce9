"""Alerts in: pure adapters from what a sender writes to an alert."""
