"""The rules of the way onto the network: the same for Semaphore, Vault and whatever comes.

- What is on this machine is asked directly; else the proxy that the environment names, if any.
- Trusted are the certificates that the environment names, else those of the system.
- A credential goes to the one server that it was given for: none of ``~/.netrc``, none after a
  redirect to another server.

Every failure tells what failed, the proxy, the certificate or the address, and which setting that
came from.
"""

from reconciler.network.proxies import Proxy, proxy_for
from reconciler.network.trust import Trust, trusted

__all__ = ["Proxy", "Trust", "proxy_for", "trusted"]
