"""What happens on a stage, in any order: what users do, what others do, and what comes of it."""
