"""`runbooks chaos`: random incidents under random faults on this machine, judged from outside."""
