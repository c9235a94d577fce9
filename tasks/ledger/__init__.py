"""What happened, by whom: incidents, evidence, answers, approvals, actions and the timeline."""
