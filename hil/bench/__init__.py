"""What the edge costs on this machine, beside the transform it cannot do without and beside others."""
