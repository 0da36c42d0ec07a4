"""Settings come from the environment, and the table in docs/settings.md is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lianban import errors
from lianban.outside.settings import Settings, local_secret, read, require_production, variable

TABLE = Path(__file__).parents[2] / "docs" / "settings.md"
PRODUCTION = Settings(dsn="postgresql://db/lianban", s3_endpoint="http://s3:8333", secret="x" * 32)


def test_the_table_names_every_setting_with_its_default() -> None:
    told = dict(re.findall(r"^\| `(LIANBAN_\w+)` \| (?:`([^`]*)`)? ?\|", TABLE.read_text("utf-8"), re.MULTILINE))
    plain = {True: "true", False: "false"}
    defaults = {variable(f): getattr(Settings(), f) for f in Settings.__struct_fields__}
    assert told == {k: plain[v] if isinstance(v, bool) else str(v) for k, v in defaults.items()}


def test_values_are_typed() -> None:
    config = read({"LIANBAN_PORT": "8080", "LIANBAN_DEMO": "true", "LIANBAN_DSN": "", "HOME": "/root"})
    assert (config.port, config.demo, config.dsn) == (8080, True, "")
    assert config.base_url == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("name", "value"),
    [("LIANBAN_PORT", "eighty"), ("LIANBAN_PORT", "70000"), ("LIANBAN_WORKERS", "0"), ("LIANBAN_DEMO", "maybe")],
)
def test_a_value_that_cannot_be_taken_is_refused(name: str, value: str) -> None:
    with pytest.raises(errors.Invalid, match=r"docs/settings\.md"):
        read({name: value})


def test_a_misspelt_variable_is_refused() -> None:
    with pytest.raises(errors.Invalid, match="LIANBAN_PROT"):
        read({"LIANBAN_PROT": "8080"})


@pytest.mark.parametrize(
    ("missing", "names"),
    [
        ({"dsn": ""}, "LIANBAN_DSN"),
        ({"s3_endpoint": ""}, "LIANBAN_S3_ENDPOINT"),
        ({"secret": "short"}, "LIANBAN_SECRET"),
    ],
)
def test_production_refuses_to_start_on_defaults(missing: dict[str, str], names: str) -> None:
    whole = {f: getattr(PRODUCTION, f) for f in Settings.__struct_fields__}
    require_production(PRODUCTION)
    with pytest.raises(errors.Invalid, match=names):
        require_production(Settings(**(whole | missing)))


def test_demonstration_and_production_do_not_mix() -> None:
    whole = {f: getattr(PRODUCTION, f) for f in Settings.__struct_fields__} | {"demo": True}
    with pytest.raises(errors.Invalid, match="LIANBAN_DEMO"):
        require_production(Settings(**whole))
    require_production(Settings(**(whole | {"s3_endpoint": ""})))
    with pytest.raises(errors.Invalid, match="LIANBAN_SECRET"):
        require_production(Settings(**(whole | {"s3_endpoint": "", "secret": ""})))


def test_the_secret_of_a_trial_is_made_once_and_private(tmp_path: Path) -> None:
    first = local_secret(tmp_path / "var")
    assert len(first) >= 32
    assert local_secret(tmp_path / "var") == first
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o077 == 0
