"""Benchmarks of single hot functions, as multiples of a reference loop: `make micro`."""
