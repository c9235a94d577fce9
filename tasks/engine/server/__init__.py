"""Prefect's server beside us: started, found again, ended."""
