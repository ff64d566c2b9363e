"""The page of settings names every setting, with what it usually is."""

from __future__ import annotations

from pathlib import Path

from reverie.cli.parser import Parser
from reverie.cli.serve import add_server
from reverie.jobs.retention import Limits
from reverie.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")


def test_every_setting_is_told() -> None:
    assert [name for name in Settings.model_fields if f"| `{name}` |" not in PAGE] == []
    for name in ("keep_uploads_days", "keep_uploads_gib", "port"):
        assert f"| `{name}` | {Settings.model_fields[name].default:g} |" in PAGE


def test_what_is_kept_is_told_as_it_is() -> None:
    settings = Settings()
    assert (settings.keep_uploads_days, settings.keep_uploads_gib) == (Limits().days, Limits().gib)
    options = [
        option
        for action in add_server(Parser("serve", ""))._actions
        for option in action.option_strings
        if "--keep" in option
    ]
    assert len(options) == 4
    assert [option for option in options if f"| `{option} N` |" not in PAGE] == []
