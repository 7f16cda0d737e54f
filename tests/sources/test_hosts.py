"""Which server an address names decides where a login goes, so no spelling may blur it."""

import pytest

from reconciler.model.host import origin_of


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://vault.test", "https://vault.test"),
        ("HTTPS://Vault.Test.:443/v1?x#y", "https://vault.test"),
        ("http://vault.test:80/", "http://vault.test"),
        ("http://vault.test:443", "http://vault.test:443"),
        ("https://[::1]:8200", "https://[::1]:8200"),
        ("https://user:secret@vault.test", "https://vault.test"),
        ("https://vault.test@evil.test", "https://evil.test"),
        ("https://evil.test/.vault.test", "https://evil.test"),
        ("https://evil.test#.vault.test", "https://evil.test"),
        ("https://evil.test?.vault.test", "https://evil.test"),
        ("https://evil.test\\.vault.test", "None"),
        ("https://evil.test;.vault.test", "None"),
        ("https://v\u0430ult.test", "None"),
        ("https://vault.test:port", "None"),
        ("https://vault.test:70000", "None"),
        ("https://[vault", "None"),
        ("https://", "None"),
        ("ftp://vault.test", "None"),
        ("vault.test:8200", "None"),
        ("", "None"),
    ],
)
def test_the_server_of_an_address(address: str, origin: str) -> None:
    """Scheme, host and port, without anything around them; nothing where it is unclear."""
    assert str(origin_of(address)) == origin
