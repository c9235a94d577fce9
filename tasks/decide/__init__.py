"""Pure decisions: facts and answers in, a value out; no IO, no clock, no Prefect."""
