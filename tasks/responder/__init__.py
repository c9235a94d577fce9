"""The process that runs incidents in place."""
