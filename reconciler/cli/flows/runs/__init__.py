"""What the commands with verbs do: one module for each of them."""
