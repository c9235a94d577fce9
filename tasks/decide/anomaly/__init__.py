"""What is unusual about a login, beside the baseline of earlier ones."""
