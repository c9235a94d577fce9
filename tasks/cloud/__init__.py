"""The only importer of the Tencent Cloud SDK: our calls in, our values out, our errors."""
