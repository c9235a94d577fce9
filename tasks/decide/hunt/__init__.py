"""The hunt through audit records: whom they lead to, and what was done."""
