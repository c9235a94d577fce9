"""Settings, and the files that people write: policy and intake."""
