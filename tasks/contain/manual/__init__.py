"""Containment that has no API: guided steps, read back where something can be read."""
