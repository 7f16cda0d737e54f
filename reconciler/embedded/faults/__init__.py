"""What makes an embedded organization misbehave when asked to: faults and what they do."""
