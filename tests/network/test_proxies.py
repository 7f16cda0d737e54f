"""Which proxy a server is asked through, and which servers are asked directly."""

import pytest

from reconciler.errors import BadSettings
from reconciler.model.host import Origin, origin_of
from reconciler.network import proxy_for

PROXY = {"HTTPS_PROXY": "http://proxy.example:3128"}


def origin(address: str) -> Origin:
    found = origin_of(address)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("exceptions", "direct", "through"),
    [
        ("acme.example", ["acme.example", "a.acme.example"], ["xacme.example", "example"]),
        (".acme.example", ["a.acme.example", "b.a.acme.example"], ["acme.example"]),
        ("*.acme.example", ["a.acme.example"], ["acme.example", "b.example"]),
        ("ACME.example.", ["acme.example"], ["b.example"]),
        ("x, acme.example", ["acme.example"], ["b.example"]),
        ("x acme.example\ty", ["acme.example"], ["b.example"]),
        ("acme.example:8443", ["acme.example:8443"], ["acme.example", "acme.example:443"]),
        ("acme.example:443", ["acme.example", "acme.example:443"], ["acme.example:8443"]),
        ("10.0.0.0/8", ["10.1.2.3", "10.255.0.1:8443"], ["11.0.0.1", "10.example"]),
        ("10.1.2.3/8", ["10.9.9.9"], ["11.0.0.1"]),
        ("10.1.2.3", ["10.1.2.3"], ["10.1.2.4", "110.1.2.3"]),
        ("10.1.2.3:8443", ["10.1.2.3:8443"], ["10.1.2.3"]),
        ("fd00::/8", ["[fd12::1]", "[fd12::1]:8443"], ["[fe80::1]", "10.0.0.1"]),
        ("[fd12::1]", ["[fd12::1]", "[fd12::1]:8443"], ["[fd12::2]"]),
        ("fd12::1", ["[fd12::1]", "[fd12:0::0:1]"], ["[fd12::2]"]),
        ("[fd12::1]:8443", ["[fd12::1]:8443"], ["[fd12::1]"]),
        ("*", ["acme.example", "10.0.0.1"], []),
        ("10.0.0.0/99 :8443 , [ ]", [], ["acme.example", "10.0.0.1"]),
        ("", ["localhost", "a.localhost", "127.0.0.9", "[::1]"], ["acme.example"]),
    ],
)
def test_exceptions(exceptions: str, direct: list[str], through: list[str]) -> None:
    """Domains, addresses, ranges and ports, with commas or blanks in between."""
    for variable in ("NO_PROXY", "no_proxy"):
        environ = PROXY | {variable: exceptions}
        assert [h for h in direct if proxy_for(origin(f"https://{h}"), environ)] == []
        assert [h for h in through if not proxy_for(origin(f"https://{h}"), environ)] == []


@pytest.mark.parametrize(
    ("environ", "shown", "variable"),
    [
        ({"HTTPS_PROXY": "http://p:1", "https_proxy": "http://q:1"}, "http://p:1", "HTTPS_PROXY"),
        ({"https_proxy": "p"}, "http://p", "https_proxy"),
        ({"HTTPS_PROXY": " ", "ALL_PROXY": "https://me:pw@p:1/"}, "https://p:1", "ALL_PROXY"),
        ({"all_proxy": "http://[fd12::1]:3128"}, "http://[fd12::1]:3128", "all_proxy"),
    ],
)
def test_variables(environ: dict[str, str], shown: str, variable: str) -> None:
    """The first that says anything counts; a password is never shown."""
    proxy = proxy_for(origin("https://acme.example"), environ)
    assert proxy is not None
    assert (str(proxy), proxy.variable) == (shown, variable)
    assert proxy.login in ("", "me:pw")
    assert proxy_for(origin("http://acme.example"), {"HTTPS_PROXY": "http://p:1"}) is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("socks5://me:hunter2@p:1", "a socks5 proxy can't be used, only an http one"),
        ("http://me:hunter2@", "HTTPS_PROXY is not the address of a proxy"),
        ("me:hunter2@p:port", "HTTPS_PROXY is not the address of a proxy"),
        ("http://[hunter2", "HTTPS_PROXY is not the address of a proxy"),
        ("://hunter2", "a strange proxy can't be used"),
    ],
)
def test_what_is_no_proxy(given: str, words: str) -> None:
    """A wrong setting is named, and not repeated."""
    with pytest.raises(BadSettings, match=words) as caught:
        proxy_for(origin("https://acme.example"), {"HTTPS_PROXY": given})
    assert "hunter2" not in str(caught.value)
