"""Settings from the environment."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uruk.kernel.api import SETTINGS, CodedError, Setting, Settings, load_settings, local_digits, unknown_settings

NUMBERS = [each for each in SETTINGS if each.kind == "integer"]
SECRETS = [each for each in SETTINGS if each.kind == "secret"]


def code_of(name: str, typed: str) -> str:
    with pytest.raises(CodedError) as caught:
        load_settings({name: typed})
    assert caught.value.values["name"] == name
    return caught.value.code


def test_each_setting_is_an_attribute_and_each_attribute_a_setting() -> None:
    attributes = [field.name for field in dataclasses.fields(Settings)]
    assert attributes == [each.attribute for each in SETTINGS]


def test_every_default_is_itself_acceptable() -> None:
    given_by_hand = {each.name: each.default for each in SETTINGS}
    assert load_settings(given_by_hand) == load_settings({})


def test_a_data_folder_whose_sockets_could_not_be_named_is_refused() -> None:
    longest = "/" + "d" * (107 - len("/gateway/gateway.sock") - 1)
    assert load_settings({"URUK_DATA": longest}).data == Path(longest)
    for typed in (longest + "d", "/" + "م" * 60):
        with pytest.raises(CodedError) as caught:
            load_settings({"URUK_DATA": typed})
        assert (caught.value.code, caught.value.values["path"]) == ("kernel.data_path_too_long", typed)


@given(st.dictionaries(st.text().filter(lambda name: not name.startswith("URUK_")), st.text()))
def test_what_is_not_ours_in_the_environment_changes_nothing(environ: dict[str, str]) -> None:
    assert load_settings(environ) == load_settings({})
    assert unknown_settings(environ) == ()


@given(st.data(), st.sampled_from(NUMBERS), st.sampled_from(["ar", "en"]))
def test_a_number_within_its_limits_is_taken_in_any_digits(data: st.DataObject, setting: Setting, lang: str) -> None:
    number = data.draw(st.integers(setting.minimum, setting.maximum))
    settings = load_settings({setting.name: local_digits(str(number), lang)})
    assert getattr(settings, setting.attribute) == number


@given(st.data(), st.sampled_from(NUMBERS))
def test_a_number_outside_its_limits_is_refused(data: st.DataObject, setting: Setting) -> None:
    below = st.integers(-(10**9), setting.minimum - 1)
    above = st.integers(setting.maximum + 1, 10**11)
    assert code_of(setting.name, str(data.draw(below | above))) == "kernel.setting_out_of_range"


@given(st.sampled_from(NUMBERS), st.sampled_from(["x", "1.5", "1_0", "+1", " 1", "½", "9" * 13, "--1"]))
def test_what_is_no_number_is_refused(setting: Setting, typed: str) -> None:
    assert code_of(setting.name, typed) == "kernel.setting_not_a_number"


@pytest.mark.parametrize("name", ["URUK_MODE", "URUK_LOG_FORMAT", "URUK_XROAD_ERRORS"])
def test_a_choice_nobody_offered_is_refused(name: str) -> None:
    assert code_of(name, "perhaps") == "kernel.setting_not_a_choice"


@pytest.mark.parametrize(
    "typed",
    [
        "localhost",
        "ftp://host/",
        "http://",
        "http://[::1",
        "https://h/?a=b",
        "https://h/#x",
        "http://h:x/",
        "http://h:0/",
    ],
)
def test_an_address_that_no_path_can_follow_is_refused(typed: str) -> None:
    assert code_of("URUK_PUBLIC_URL", typed) == "kernel.setting_not_a_url"


def test_the_public_address_always_ends_in_a_slash() -> None:
    for typed in ("https://interior.example", "https://interior.example/"):
        assert load_settings({"URUK_PUBLIC_URL": typed}).public_url == "https://interior.example/"
    assert load_settings({"URUK_TSA_URL": "http://tsa.example/sign"}).tsa_url == "http://tsa.example/sign"


def test_the_authoritys_address_ends_in_a_slash_or_is_empty() -> None:
    assert load_settings({}).authority_url == ""
    typed = {"URUK_AUTHORITY_URL": "https://authority.example/uruk"}
    assert load_settings(typed).authority_url == "https://authority.example/uruk/"


@pytest.mark.parametrize(
    ("typed", "codes"), [("", ()), ("interior", ("interior",)), (" interior, water ,", ("interior", "water"))]
)
def test_the_hosted_institutions_are_codes_with_commas_between(typed: str, codes: tuple[str, ...]) -> None:
    assert load_settings({"URUK_INSTITUTIONS": typed}).hosted == codes


def test_other_gateways_are_told_where_this_one_listens_unless_it_says_otherwise() -> None:
    assert load_settings({"URUK_PEER_LISTEN": "10.0.0.1:5500"}).peer_told == "10.0.0.1:5500"
    both = {"URUK_PEER_LISTEN": "0.0.0.0:5500", "URUK_PEER_ADDRESS": "gateway.example:443"}
    assert load_settings(both).peer_told == "gateway.example:443"


def test_an_address_that_may_be_missing_is_still_an_address_when_given() -> None:
    assert load_settings({}).gateway_tls_listen == ""
    assert code_of("URUK_GATEWAY_TLS_LISTEN", "host") == "kernel.setting_not_an_address"


@pytest.mark.parametrize("typed", ["8000", ":8000", "host:", "host:x", "host:65536", "host:٨٠"])
def test_an_address_to_listen_on_has_a_host_and_a_port(typed: str) -> None:
    assert code_of("URUK_LISTEN", typed) == "kernel.setting_not_an_address"


@given(st.integers(0, 65535), st.sampled_from(["127.0.0.1", "localhost", "[::1]"]))
def test_host_and_port_are_taken_apart(port: int, host: str) -> None:
    settings = load_settings({"URUK_LISTEN": f"{host}:{port}"})
    assert (settings.listen_host, settings.listen_port) == (host.strip("[]"), port)


@pytest.mark.parametrize("typed", ["Node", "1a", "a b", "a/b", "a" * 33, "-a", "عقدة"])
def test_a_nodes_name_can_stand_in_the_origin_of_a_log(typed: str) -> None:
    assert code_of("URUK_NODE", typed) == "kernel.setting_not_a_name"


@given(st.sampled_from(SECRETS), st.text("abcdef", min_size=12))
def test_a_secret_is_never_printed_with_the_settings(setting: Setting, secret: str) -> None:
    settings = load_settings({setting.name: secret})
    assert getattr(settings, setting.attribute) == secret
    assert secret not in repr(settings)


def test_folders_are_paths_and_nothing_is_no_path() -> None:
    settings = load_settings({"URUK_DATA": "/srv/uruk"})
    assert (settings.data, settings.pkcs11_module) == (Path("/srv/uruk"), None)


@pytest.mark.parametrize(("name", "typed"), [("URUK_DEMO_CLOCK", "/tmp/clock"), ("GOVSTACK_TRUST_HEADER", "on")])
def test_what_is_for_demonstrations_alone_is_refused_elsewhere(name: str, typed: str) -> None:
    load_settings({name: typed, "URUK_MODE": "demonstration"})
    with pytest.raises(CodedError) as caught:
        load_settings({name: typed})
    assert (caught.value.code, caught.value.values["name"]) == ("kernel.setting_for_demonstrations", name)


def test_a_node_is_in_production_unless_it_says_otherwise() -> None:
    assert not load_settings({}).demonstration
    assert load_settings({"URUK_MODE": "demonstration"}).demonstration


@given(st.sets(st.from_regex(r"URUK_[A-Z]{1,8}", fullmatch=True)))
def test_a_misspelt_setting_is_named(names: set[str]) -> None:
    known = {each.name for each in SETTINGS}
    assert unknown_settings(dict.fromkeys(names, "x")) == tuple(sorted(names - known))
