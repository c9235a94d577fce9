"""All that knows Prefect from inside: steps, runs in place, questions and answers, recovery, the server beside us."""
