"""Many encounters on all cores: what was driven is kept, and whatever is missing is driven again."""
