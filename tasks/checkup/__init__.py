"""`runbooks check`: account and machine, read and never changed."""
