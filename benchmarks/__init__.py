"""Measuring: what each step costs, on pages made from the samples."""
