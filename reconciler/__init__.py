"""GitOps for Semaphore CI."""

from reconciler.distribution import version

__version__ = version()
