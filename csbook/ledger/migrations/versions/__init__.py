"""One module a version, named after it; what stands in one is never changed once it is released."""
