"""FHIRPath: the expressions measured, and the same written by hand."""
