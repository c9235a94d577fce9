"""The record, printed: report, forms and drafts, in Markdown, HTML and text, zh and en."""
