"""The steps of a runbook, as the flow calls them: Prefect tasks that log once, make one call and return a value."""
