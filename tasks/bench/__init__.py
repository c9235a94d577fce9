"""Measurements: what runbooks bench prints, each beside the floor under it."""
