"""What a check of account and machine comes to, by values alone."""
