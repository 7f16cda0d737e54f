"""The check of a pipeline's definition, for which no project is needed (D 12)."""
