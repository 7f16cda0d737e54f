"""Words of a server lose what we sent, whole, escaped, decoded or cut; what is no secret stays."""

import base64
import html
import json
import random
import string
import time
from urllib.parse import quote, quote_plus

import pytest

from reconciler.remote.answers import failure
from reconciler.remote.masking import MOST_KEPT, Known, beginning, masked

VALUE = 'one "é" & <two> three'


@pytest.mark.parametrize(
    "said",
    [
        VALUE,
        json.dumps(VALUE)[1:-1],
        json.dumps(VALUE, ensure_ascii=False)[1:-1],
        ascii(VALUE)[1:-1],
        html.escape(VALUE),
        quote(VALUE, safe=""),
        VALUE[:9],
        VALUE[-8:],
        VALUE[3:15],
        f"{VALUE[:5].upper()}é{VALUE[6:].upper()}",
        html.escape(json.dumps(VALUE)[1:-1]),
        "".join(f"\\u{ord(c):04x}" for c in VALUE),
        "".join(f"%{b:02X}" for b in VALUE.encode()),
        "".join(f"&#{ord(c)};" for c in VALUE),
        repr(VALUE.encode())[2:-1],
        VALUE.encode().decode("latin-1"),
        VALUE.encode().hex(),
        ", ".join(str(b) for b in VALUE.encode()),
        " ".join(str(b) for b in VALUE.encode()),
        "; ".join(str(b) for b in VALUE.encode()),
        VALUE.encode().hex(" "),
        VALUE.encode().hex(":").upper(),
        ", ".join(f"0x{b:x}" for b in VALUE.encode()),
        " ".join(f"\\x{b:02x}" for b in VALUE.encode()),
        base64.b64encode(VALUE.encode()).decode(),
        base64.encodebytes(VALUE.encode() * 4).decode().strip(),
        base64.urlsafe_b64encode(b"user:" + VALUE.encode()).decode(),
        json.dumps(base64.encodebytes(VALUE.encode() * 4).decode().strip())[1:-1],
    ],
)
def test_in_any_spelling_and_in_part(said: str) -> None:
    """The value as formats escape it, its beginning, its end and its middle."""
    assert masked(f"bad [{said}]!", [VALUE]) == "bad [***]!"


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("0x", VALUE.encode().hex()),
        ("\\\\x", VALUE.encode().hex()),  # as Elixir inspects what PostgreSQL shows of bytes
        ("path/", VALUE.encode().hex()),
        ("key_", VALUE.encode().hex()),
        ("sha-", VALUE.encode().hex()),
        ("", VALUE.encode().hex("-")),
        ("", VALUE.encode().hex(" ", 2)),
        ("", "\0".join(VALUE)),
        ("", "\\u0000".join(VALUE)),
    ],
)
def test_as_a_part_of_something_else(before: str, said: str) -> None:
    """What stands before it, or within it, does not hide that it is there."""
    assert masked(f"bad [{before}{said}]!", [VALUE]) == f"bad [{before}***]!"


CONTENT = b"\xff\xfe secret: p\xc3\xa4ss\nline\r\n  short2 \x00 and 'more'\n"


@pytest.mark.parametrize(
    "said",
    [
        base64.b64encode(CONTENT).decode(),
        CONTENT.decode("latin-1"),
        json.dumps(CONTENT.decode("latin-1"))[1:-1],
        repr(CONTENT)[2:-1],
        "".join(f"\\{byte:03o}" for byte in CONTENT),
        str(list(CONTENT))[1:-1],
        CONTENT.hex(" "),
        " ".join(map(str, CONTENT)),
        CONTENT[12:20].decode(),
        CONTENT[12:20].decode("latin-1"),
        "line",
        "  short2 ",
    ],
)
def test_the_content_of_a_file(said: str) -> None:
    """It is sent as base64; what that says is hidden as well, whole, in part and by lines."""
    assert masked(f"bad [{said}]!", [base64.b64encode(CONTENT).decode()]) == "bad [***]!"


def test_what_stays() -> None:
    """Short parts occur by chance, and a blank value is no value."""
    assert masked("one two three", [VALUE, " ", ""]) == "one two three"
    assert masked("the value is 42, not 420", ["42"]) == "the value is ***, not 420"
    assert masked("", [VALUE]) == ""
    assert masked("at 12:30:05, 4 of 17; add a bad 1 2 3 4", [VALUE]) == (
        "at 12:30:05, 4 of 17; add a bad 1 2 3 4"
    )


SHORT = "p\"#{w}\\'+"


@pytest.mark.parametrize(
    "said",
    [
        json.dumps(json.dumps(SHORT)[1:-1])[1:-1],
        json.dumps(SHORT)[1:-1].replace("#{", "\\#{"),
        html.escape(SHORT).replace("&#x27;", "&#39;"),
        quote_plus(SHORT),
    ],
)
def test_too_short_for_parts(said: str) -> None:
    """A value of which no long part stays as it is: JSON in JSON, Elixir, other HTML, a form."""
    assert masked(f"bad [{said}]!", [SHORT]) == "bad [***]!"


@pytest.mark.parametrize("before", range(8))
def test_no_beginning_of_a_value_at_the_end(before: int) -> None:
    """Wherever we cut long words, what is left of a short value there is no clue to it."""
    long, short = "Zz9Yy8Xx" * 400, "hunter2x"
    text = f"bad {long[: 2400 - 4 - before]}{short} and more"
    page = f"<html><title>{'x' * (72 + before)}{short} and more</title></html>"
    for said in (text, page):
        error = failure("POST", "/x", 422, {}, said, hide=[long, short])
        assert "hun" not in str(error)


def _seconds(words: str, value: str) -> float:
    began = time.process_time()
    masked(words, [value])
    return time.process_time() - began


def test_a_large_value_takes_no_longer_than_reading_it() -> None:
    """Long words about a large value of many lines: not the time of one times the other."""
    chance = random.Random(1)
    letters = string.ascii_letters + " " * 20
    lines = "\n".join("".join(chance.choices(letters, k=3 + n % 40)) for n in range(18_000))
    words = "".join(chance.choices(letters, k=2400))
    assert len(lines) > 400_000
    for value in (lines, base64.b64encode(lines.encode()).decode(), "a" * 400_000):
        assert _seconds(words, value) < 1
        assert _seconds(value[1000:3400], value) < 1


@pytest.mark.parametrize("token", ["a b ", "12 ", "0x", "0x1,", "53:", "12 :", "f", "1\n"])
def test_words_like_listed_bytes_take_no_longer_than_others(token: str) -> None:
    """Whatever nearly is a list of bytes is read once, not from each of its places."""
    assert _seconds((token * 40_000)[:40_000] + "!", VALUE) < 2


def test_a_value_cut_where_words_are_cut() -> None:
    """However it is written down, nothing is left of what begins before the cut."""
    coded = base64.b64encode(VALUE.encode()).decode()
    escaped = "".join(f"\\u{ord(c):04x}" for c in VALUE)
    for said in (VALUE, coded, escaped):
        for left in range(1, len(said)):
            words = "x" * 20 + " " + said + " and more"
            assert beginning(words, 21 + left, [VALUE]) == "x" * 20 + " ***"


def test_what_addresses_have_in_common_tells_nothing() -> None:
    """One address is not hidden by another; their host is."""
    value = "https://hooks.test/T0/B0"
    assert masked("go to https://acme.test/", [value]) == "go to https://acme.test/"
    assert masked("go to https://hooks.test/", [value]) == "go to h***"


def test_what_was_sent_is_not_kept_for_ever() -> None:
    """A client that lives long keeps the latest values, and none that is short."""
    sent = Known()
    sent.add(["x" * 8, "short", "y" * 8])
    sent.add(["x" * 8])
    assert list(sent) == ["y" * 8, "x" * 8]
    sent.add(["z" * (MOST_KEPT - 8)])
    assert [value[0] for value in sent] == ["x", "z"]
