"""What detection costs, beside the transform it cannot do without and beside what others have published."""
