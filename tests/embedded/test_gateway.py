"""The gateway of the embedded Semaphore: its JSON, errors, routes and paging (B 1)."""

import json
from collections.abc import Callable
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.embedded.gateway import gojson, protojson
from reconciler.embedded.gateway.shapes import (
    BOOL,
    INT32,
    INT64,
    STRING,
    Mapped,
    Repeated,
    shape,
)

SECRETS = "/api/v1beta/secrets"
DASHBOARDS = "/api/v1alpha/dashboards"


class Colour(IntEnum):
    RED = 0
    BLUE = 2


INNER = shape(first_name=STRING)
OUTER = shape(
    name=STRING,
    small=INT32,
    big_number=INT64,
    on=BOOL,
    colour=Colour,
    inner=INNER,
    words=Repeated(STRING),
    inners=Repeated(INNER),
    colours=Repeated(Colour),
    labels=Mapped(STRING),
)
ZEROES = {
    "name": "",
    "small": 0,
    "big_number": "0",
    "on": False,
    "colour": "RED",
    "inner": None,
    "words": [],
    "inners": [],
    "colours": [],
    "labels": {},
}


def read(body: str | bytes) -> dict[str, Any]:
    """What the gateway understands, in the words it would answer with."""
    raw = body if isinstance(body, bytes) else body.encode()
    written = protojson.write(protojson.read(raw, OUTER), OUTER)
    assert written is not None
    return {name: value for name, value in written.items() if value != ZEROES[name]}


def complaint(body: str | bytes) -> str:
    with pytest.raises(protojson.UnreadableMessage) as caught:
        read(body)
    return str(caught.value)


def test_nothing_sent_is_an_empty_message_with_every_zero_value() -> None:
    """An empty body is no error, and every field is answered (B 1.2, 1.3)."""
    assert protojson.write(protojson.read(b" \n", OUTER), OUTER) == ZEROES
    assert list(ZEROES) == list(protojson.write({}, OUTER) or {})


@pytest.mark.parametrize(
    ("body", "understood"),
    [
        ('{"name": "a", "unknown": {"deep": [1, 2]}}', {"name": "a"}),
        ('{"bigNumber": "5"}', {"big_number": "5"}),
        ('{"big_number": 5}', {"big_number": "5"}),
        ('{"small": "500"}', {"small": 500}),
        ('{"small": 1.0}', {"small": 1}),
        ('{"small": 10e-1}', {"small": 1}),
        ('{"inner": {"firstName": "a"}}', {"inner": {"first_name": "a"}}),
        ('{"inner": {}}', {"inner": {"first_name": ""}}),
        ('{"inner": null, "words": null, "labels": null, "name": null}', {}),
        ('{"colour": "BLUE"}', {"colour": "BLUE"}),
        ('{"colour": "blue"}', {}),
        ('{"colour": 2}', {"colour": "BLUE"}),
        ('{"colour": 7}', {"colour": 7}),
        ('{"colours": ["BLUE", "GREEN", "RED", 7]}', {"colours": ["BLUE", "RED", 7]}),
        ('{"labels": {"b": "2", "a": "1"}}', {"labels": {"a": "1", "b": "2"}}),
        ('{"name": "a"} and what follows', {"name": "a"}),
        ('{"name": "\\u00e9\\n\\"é"}', {"name": 'é\n"é'}),
        ('{"name": "\\ud83d\\ude00"}', {"name": "😀"}),
    ],
)
def test_what_is_understood(body: str, understood: dict[str, Any]) -> None:
    """Unknown keys and enum names are dropped, both spellings of a key are taken (B 1.2)."""
    assert read(body) == understood


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"name":5}', "proto: (line 1:9): invalid value for string field name: 5"),
        ('\n {"name":\n  true}', "proto: (line 2:3): invalid value for string field name: true"),
        ('{"small":1.5}', "proto: (line 1:10): invalid value for int32 field small: 1.5"),
        ('{"small":" 1"}', 'proto: (line 1:10): invalid value for int32 field small: " 1"'),
        ('{"small":"１"}', 'proto: (line 1:10): invalid value for int32 field small: "１"'),
        (
            '{"small":1e999999999999999999999}',
            "proto: (line 1:10): invalid value for int32 field small: 1e999999999999999999999",
        ),
        (
            '{"small":3000000000}',
            "proto: (line 1:10): invalid value for int32 field small: 3000000000",
        ),
        ('{"bigNumber":"x"}', 'proto: (line 1:14): invalid value for int64 field bigNumber: "x"'),
        ('{"on":"true"}', 'proto: (line 1:7): invalid value for bool field on: "true"'),
        ('{"colour":true}', "proto: (line 1:11): invalid value for enum field colour: true"),
        ('{"name":{"a":1}}', "proto: (line 1:9): invalid value for string field name: {"),
        ('{"words":[null]}', "proto: (line 1:11): invalid value for string field words: null"),
        ('{"inners":[null]}', "proto: syntax error (line 1:12): unexpected token null"),
        ('{"words":"a"}', 'proto: syntax error (line 1:10): unexpected token "a"'),
        ('{"labels":[]}', "proto: syntax error (line 1:11): unexpected token ["),
        ('{"labels":{"a":1}}', "proto: (line 1:16): invalid value for string field value: 1"),
        ('{"inner":[]}', "proto: syntax error (line 1:10): unexpected token ["),
        ('{"name":"x","name":null}', 'proto: (line 1:13): duplicate field "name"'),
        ('{"bigNumber":1,"big_number":1}', 'proto: (line 1:16): duplicate field "big_number"'),
        ('{"labels":{"a":"","a":""}}', 'proto: (line 1:19): duplicate map key "a"'),
        ("[]", "proto: syntax error (line 1:1): unexpected token ["),
        ("null", "proto: syntax error (line 1:1): unexpected token null"),
        ('{"é":1,"name":5}', "proto: (line 1:15): invalid value for string field name: 5"),
        (b'{"name":"\xff"}', "proto: syntax error (line 1:9): invalid UTF-8 in string"),
    ],
)
def test_what_has_the_wrong_type(body: str | bytes, message: str) -> None:
    """Type errors come from protojson, with the place counted in characters (B 1.2)."""
    assert complaint(body) == message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"name":"x",}', "invalid character '}' looking for beginning of object key string"),
        ("{a", "invalid character 'a' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 "b"}', "invalid character '\"' after object key:value pair"),
        ('{"a":01}', "invalid character '1' after object key:value pair"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("[1 2]", "invalid character '2' after array element"),
        ("a=1&b=2", "invalid character 'a' looking for beginning of value"),
        ("tru!", "invalid character '!' in literal true (expecting 'e')"),
        ("[-]", "invalid character ']' in numeric literal"),
        ("[1.]", "invalid character ']' after decimal point in numeric literal"),
        ("[1e+]", "invalid character ']' in exponent of numeric literal"),
        ('"a\tb"', "invalid character '\\t' in string literal"),
        ('"\\q"', "invalid character 'q' in string escape code"),
        ('"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"),
        ("[']", "invalid character '\\'' looking for beginning of value"),
        ("é", "invalid character 'Ã' looking for beginning of value"),
        (b"\x00", "invalid character '\\x00' looking for beginning of value"),
        ('{"a": ', "unexpected EOF"),
        ('["abc', "unexpected EOF"),
        ('["\\', "unexpected EOF"),
        ('["\\u00', "unexpected EOF"),
        ("[-", "unexpected EOF"),
        ("[1.", "unexpected EOF"),
        ("nul", "unexpected EOF"),
        ("[" * 100_000, "exceeded max depth"),
    ],
)
def test_what_is_no_json(body: str | bytes, message: str) -> None:
    """Syntax errors speak Go, and come before any type error (B 1.2)."""
    assert complaint(body) == message


def test_large_strings_are_read_in_one_piece() -> None:
    """A secret of 6 MiB is legal (B 2.2), also if it consists of escapes."""
    body = json.dumps({"name": "x" * 6_000_000 + "\n" * 200_000})
    assert len(read(body)["name"]) == 6_200_000
    assert gojson.parse(body.encode()) is not None


INNERS = st.fixed_dictionaries({"first_name": st.text()})
MESSAGES = st.fixed_dictionaries(
    {
        "name": st.text(),
        "small": st.integers(-(2**31), 2**31 - 1),
        "big_number": st.integers(-(2**63), 2**63 - 1).map(str),
        "on": st.booleans(),
        "colour": st.sampled_from(["RED", "BLUE"]) | st.integers(3, 2**31 - 1),
        "inner": st.none() | INNERS,
        "words": st.lists(st.text()),
        "inners": st.lists(INNERS),
        "colours": st.lists(st.sampled_from(["RED", "BLUE"])),
        "labels": st.dictionaries(st.text(), st.text()),
    }
)


@given(MESSAGES, st.booleans())
def test_what_was_answered_can_be_sent(message: dict[str, Any], ascii_only: bool) -> None:
    """Reading undoes writing, for any values, escaped or not (B 1.2, 1.3)."""
    body = json.dumps(message, ensure_ascii=ascii_only).encode()
    assert protojson.write(protojson.read(body, OUTER), OUTER) == message


def accepts(read_json: Callable[[], Any], refusal: type[Exception]) -> bool:
    try:
        read_json()
    except refusal:
        return False
    return True


def no_constant(name: str) -> None:
    raise ValueError(name)


@given(st.text(alphabet='{}[]":,\\0123456789.eE+-truefalsn u\t') | st.text())
def test_syntax_is_judged_as_another_reader_does(fragment: str) -> None:
    """What the gateway takes for JSON is JSON; what follows the first value is ignored (B 1.2)."""
    text = f"[{fragment}]"
    decoder = json.JSONDecoder(parse_constant=no_constant)
    expected = accepts(lambda: decoder.raw_decode(text), ValueError)
    assert accepts(lambda: gojson.parse(text.encode()), gojson.JSONSyntaxError) == expected


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("PUT", f"{SECRETS}/x", (501, 12, "Method Not Allowed")),
        ("POST", f"{SECRETS}/x", (501, 12, "Method Not Allowed")),
        ("DELETE", SECRETS, (501, 12, "Method Not Allowed")),
        ("OPTIONS", SECRETS, (501, 12, "Method Not Allowed")),
        ("GET", f"{SECRETS}/a/b", (404, 5, "Not Found")),
        ("GET", f"{SECRETS}/a%2Fb", (404, 5, "Not Found")),
        ("GET", "/api/v1alpha/workflows", (404, 5, "Not Found")),
        ("GET", f"{SECRETS}/", (404, 5, "Secret  not found")),
        ("GET", f"{SECRETS}/a%20b", (404, 5, "Secret a b not found")),
        (
            "GET",
            f"{SECRETS}?order=FOO",
            (400, 3, 'parsing field "order": "FOO" is not a valid value'),
        ),
        ("GET", f"{SECRETS}?order=2", (400, 3, 'parsing field "order": "2" is not a valid value')),
        (
            "GET",
            f"{SECRETS}?page_size=abc",
            (400, 3, 'parsing field "page_size": strconv.ParseInt: parsing "abc": invalid syntax'),
        ),
        (
            "GET",
            f"{SECRETS}?pageSize=2147483648",
            (
                400,
                3,
                (
                    'parsing field "page_size": strconv.ParseInt: parsing "2147483648":'
                    " value out of range"
                ),
            ),
        ),
        (
            "GET",
            f"{SECRETS}?page_size=1&page_size=2",
            (400, 3, 'too many values for field "page_size": 1, 2'),
        ),
        ("GET", f"{SECRETS}?page_size=101", (400, 3, "Page size can't exceed 100")),
        ("GET", f"{DASHBOARDS}?page_size=101", (400, 3, "Page size can't exceed 100")),
        (
            "GET",
            "/api/v1alpha/notifications?page_size=301",
            (400, 3, "Page size can't exceed 300"),
        ),
        ("GET", f"{SECRETS}?page_token=garbage", (500, 2, "Internal Server Error")),
        ("GET", f"{SECRETS}?page_token=W10=", (500, 2, "Internal Server Error")),
    ],
)
def test_refusals_of_the_gateway(
    semaphore: Any, method: str, path: str, expected: tuple[int, int, str]
) -> None:
    """Statuses, grpc codes and messages of routes and queries (B 1.1, 1.4, 1.5)."""
    status, code, message = expected
    response = semaphore.request(method, path)
    assert response.status_code == status
    assert response.json() == {"code": code, "message": message, "details": []}
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("query", ["?whatever=1", "?order=1", "?order=BY_NAME_ASC", "?pageSize=0"])
def test_parameters_which_are_no_trouble(semaphore: Any, query: str) -> None:
    """Unknown parameters are ignored, camel case and enum numbers are accepted (B 1.5)."""
    response = semaphore.get(SECRETS + query)
    assert response.status_code == 200
    assert response.json() == {"secrets": [], "next_page_token": ""}


def test_a_form_posted_to_an_item_is_served_as_a_get(semaphore: Any) -> None:
    """The library's fallback for old browsers (D 4)."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    semaphore.post(DASHBOARDS, json={"metadata": {"name": "d"}, "spec": {}})
    response = semaphore.post(f"{DASHBOARDS}/d", content=b"a=1", headers=form)
    assert response.status_code == 200
    assert response.json()["metadata"]["name"] == "d"


def test_a_form_is_not_a_body(semaphore: Any) -> None:
    """Whatever the content type says, bodies are JSON (D 4)."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    response = semaphore.post(DASHBOARDS, content=b"a=1", headers=form)
    assert response.status_code == 400
    assert response.json()["message"] == "invalid character 'a' looking for beginning of value"


def test_a_wrapped_resource_is_an_empty_one(semaphore: Any) -> None:
    """The unknown key is dropped, and the service crashes on what is left (B 1.1)."""
    assert semaphore.post(SECRETS, json={"secret": {"metadata": {"name": "x"}}}).status_code == 500
    assert semaphore.get(SECRETS).json()["secrets"] == []


def pages(semaphore: Any, path: str, key: str, size: int) -> list[list[str]]:
    names: list[list[str]] = []
    token = ""
    while True:
        body = semaphore.get(path, params={"page_size": size, "page_token": token}).json()
        names.append([element["metadata"]["name"] for element in body[key]])
        token = body["next_page_token"]
        if not token:
            return names


def test_pages_follow_one_another_by_token(semaphore: Any) -> None:
    """The last page has no token, even if it is full (B 1.5)."""
    for name in ("delta", "Bravo", "alpha", "charlie"):
        body = {"metadata": {"name": name}, "data": {}}
        assert semaphore.post(SECRETS, json=body).status_code == 200
    assert pages(semaphore, SECRETS, "secrets", 3) == [["alpha", "Bravo", "charlie"], ["delta"]]
    assert pages(semaphore, SECRETS, "secrets", 2) == [["alpha", "Bravo"], ["charlie", "delta"]]
    assert pages(semaphore, SECRETS, "secrets", -5) == [
        ["alpha"],
        ["Bravo"],
        ["charlie"],
        ["delta"],
    ]


def test_a_row_deleted_between_pages_does_no_harm(semaphore: Any) -> None:
    """The token is a position, not an offset (B 1.5)."""
    for name in ("a", "b", "c"):
        semaphore.post(SECRETS, json={"metadata": {"name": name}, "data": {}})
    first = semaphore.get(f"{SECRETS}?page_size=2").json()
    semaphore.delete(f"{SECRETS}/b")
    rest = semaphore.get(SECRETS, params={"page_token": first["next_page_token"]}).json()
    assert [secret["metadata"]["name"] for secret in rest["secrets"]] == ["c"]


def test_a_token_of_another_order_crashes(semaphore: Any) -> None:
    """A name is no time (B 1.5)."""
    for name in ("a", "b"):
        semaphore.post(SECRETS, json={"metadata": {"name": name}, "data": {}})
    token = semaphore.get(f"{SECRETS}?page_size=1").json()["next_page_token"]
    query = {"page_token": token, "order": "BY_CREATE_TIME_ASC"}
    assert semaphore.get(SECRETS, params=query).status_code == 500


def test_an_answer_beyond_fifteen_mebibytes_is_refused_as_429(make_semaphore: Any) -> None:
    """Code 8 becomes 429: a matter of size, not of rate (B 1.4)."""
    semaphore = make_semaphore(secrets_exposed_content=True)
    for name in ("a", "b", "c"):
        data = {"files": [{"path": "p", "content": "x" * 6_000_000}]}
        semaphore.post(SECRETS, json={"metadata": {"name": name}, "data": data})
    assert semaphore.get(SECRETS).status_code == 429
    assert semaphore.get(SECRETS).json()["code"] == 8
    assert semaphore.get(f"{SECRETS}?page_size=2").status_code == 200


def test_a_body_of_too_many_values_is_refused_before_they_are_read(semaphore: Any) -> None:
    """They would keep everybody else waiting; commas in a text are no values."""
    many = b'{"x": [' + b"1," * 200_001 + b"1]}"
    response = semaphore.post("/api/v1beta/secrets", content=many)
    assert (response.status_code, response.json()["message"]) == (400, "too many values")
    long = {"name": "A", "value": "," * 200_001}
    body = {"metadata": {"name": "s"}, "data": {"env_vars": [long]}}
    assert semaphore.post("/api/v1beta/secrets", json=body).status_code == 200


def test_a_posted_form_may_mean_another_method(semaphore: Any) -> None:
    """By a header, which is heeded in nothing but a form (D 4)."""
    semaphore.post(DASHBOARDS, json={"metadata": {"name": "d"}, "spec": {"widgets": []}})
    override = {"x-http-method-override": "delete"}
    form = override | {"content-type": "application/x-www-form-urlencoded"}
    assert semaphore.post(f"{DASHBOARDS}/d", content=b"", headers=override).status_code == 501
    assert semaphore.get(f"{DASHBOARDS}/d").status_code == 200
    assert semaphore.post(f"{DASHBOARDS}/d", content=b"", headers=form).status_code == 200
    assert semaphore.get(f"{DASHBOARDS}/d").status_code == 404


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("page_size.x=1", 'invalid path: "page_size" is not a message'),
        ("page_size[x]=1", 'too many values for field "page_size": x, 1'),
        ("unknown.x=1", None),
        ("unknown[x]=1", None),
    ],
)
def test_parameters_lead_into_messages(semaphore: Any, query: str, said: str | None) -> None:
    """And into maps; there are none of either here, and what is unknown is ignored (B 1.5)."""
    answer = semaphore.get(f"{DASHBOARDS}?{query}")
    assert answer.status_code == (400 if said else 200)
    assert answer.json().get("message") == said
