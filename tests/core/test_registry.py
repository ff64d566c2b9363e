from __future__ import annotations

from pathlib import Path

import pytest

from reverie.core import catalogue
from reverie.core.errors import InputError
from reverie.core.registry import BUILT_IN, create, options_of, resolve, targets
from reverie.core.spec import ComponentSpec

EVERY = [(kind, name) for kind, names in BUILT_IN.items() for name in names]


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_registered_plugin_is_there_with_its_options(kind: str, name: str) -> None:
    plugin = resolve(kind, name)
    assert plugin.Options.model_config.get("frozen")
    assert plugin.Options.model_config.get("extra") == "forbid"
    assert plugin.__doc__


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_a_plugin_lives_in_the_room_of_its_kind(kind: str, name: str) -> None:
    assert BUILT_IN[kind][name].startswith(f"reverie.{kind}.")


def test_a_plugin_is_made_with_its_options() -> None:
    component = ComponentSpec(name="limit")
    assert isinstance(create("correctors", component), resolve("correctors", "limit"))


def test_a_near_miss_names_the_near_name() -> None:
    with pytest.raises(InputError, match=r"^backends: 'wolds' is not known: use worlds\.$"):
        resolve("backends", "wolds")


def test_a_name_like_no_other_names_them_all() -> None:
    with pytest.raises(InputError) as caught:
        resolve("sinks", "qqq")
    assert all(name in str(caught.value) for name in targets("sinks"))


def test_an_option_that_is_not_known_is_named_with_its_plugin() -> None:
    with pytest.raises(InputError, match=r"^correctors\.limit\.sparkle: 1 is not accepted: there is no such setting"):
        options_of("correctors", ComponentSpec(name="limit", options={"sparkle": 1}))


def test_our_own_plugins_win_over_outside_ones() -> None:
    assert {kind: {name: targets(kind)[name] for name in BUILT_IN[kind]} for kind in BUILT_IN} == BUILT_IN


# The catalogue of models


@pytest.mark.parametrize("name", catalogue.MODELS)
def test_every_model_names_a_backend_there_is(name: str) -> None:
    assert catalogue.find(name).name in BUILT_IN["backends"]


def test_the_default_is_in_the_catalogue() -> None:
    assert catalogue.DEFAULT in catalogue.MODELS


def test_a_folder_is_a_model_in_the_hubs_format(tmp_path: Path) -> None:
    assert catalogue.find(str(tmp_path)) == ComponentSpec(name="diffusers_image", options={"model": str(tmp_path)})


@pytest.mark.parametrize(
    ("name", "fix"),
    [("world", "use worlds"), ("zzz", "use openai-images or placeholder or reverie-tiny or worlds"), ("", "use ")],
)
def test_a_model_that_is_neither_name_nor_folder_is_refused(name: str, fix: str) -> None:
    with pytest.raises(InputError, match=f"^model: '{name}' is neither a model nor a folder: {fix}"):
        catalogue.find(name)


def test_a_file_is_no_model(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.touch()
    with pytest.raises(InputError, match="neither a model nor a folder"):
        catalogue.find(str(file))
