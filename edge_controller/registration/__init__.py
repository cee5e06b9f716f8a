"""Who a unit is, and what it and its installer sign. Knows nothing of the pipeline."""
