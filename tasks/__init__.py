"""What the runbooks are made of."""
