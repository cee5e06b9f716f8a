"""The office's side: a verdict on a record, by stated rules, without a network."""
