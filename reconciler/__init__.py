"""GitOps for Semaphore CI."""

__version__ = "0.1.0"
