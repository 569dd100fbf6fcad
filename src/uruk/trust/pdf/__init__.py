"""Sealed PDFs: PAdES signatures, the strip on a foreign letter, and what an uploaded file shows about itself."""
