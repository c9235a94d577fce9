"""A local stand-in for Tencent Cloud's API, for drills and tests; imported by nothing else."""
