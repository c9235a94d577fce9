"""Frozen values that pass between the parts."""
