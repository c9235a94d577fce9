"""What can be typed: one module a group of commands; each imports what it needs when it runs."""
