"""The rules of `mxcompat rewrite`, one per file; a new file is found by itself."""
