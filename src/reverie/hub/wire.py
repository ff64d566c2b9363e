"""What is asked of the hub: which files a repository has, and their bytes; every fault becomes one sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from reverie.core.errors import InputError, MachineError, ReverieError

if TYPE_CHECKING:
    import httpx2

HUB = "https://huggingface.co"
_TRUE = frozenset({"1", "on", "yes", "true"})
_READ_MOST = 16 * 2**20


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository: `sha256` is the hub's for large files, `git` its git hash, either None where untold."""

    path: str
    size: int
    sha256: str | None
    git: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A repository at one commit."""

    repository: str
    revision: str
    commit: str
    licence: str | None
    files: tuple[RemoteFile, ...]


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub by its address, and the token that it is shown; `patience` is how many seconds it may stay silent."""

    endpoint: str = HUB
    token: str | None = None
    patience: float = 30.0

    @property
    def host(self) -> str:
        """The hub's name on the network."""
        return urlsplit(self.endpoint).netloc

    def listing(self, repository: str, revision: str) -> Listing:
        """Return what a repository has at a revision; errors as in `in_a_sentence`."""
        from huggingface_hub import HfApi

        with in_a_sentence(self, repository, revision):
            told = HfApi(self.endpoint, token=self.token or False).model_info(
                repository, revision=revision, files_metadata=True, timeout=self.patience
            )
        card = told.card_data
        said = None if card is None else getattr(card, "license_name", None) or card.license
        files = tuple(_file(repository, sibling) for sibling in told.siblings or ())
        return Listing(repository, revision, _commit(repository, told.sha), _licence(said), files)

    def read(self, listing: Listing, path: str) -> bytes:
        """Return a small file's bytes."""
        with self.opened(listing, path, 0) as response:
            content = b""
            for piece in response.iter_bytes():
                content += piece
                if len(content) > _READ_MOST:
                    raise InputError("model", f"{listing.repository}/{path}", "is too large to be what it says.")
            return content

    @contextmanager
    def opened(self, listing: Listing, path: str, offset: int) -> Iterator[httpx2.Response]:
        """Open a file at a byte; the token goes to the hub and to no other host that it sends us to."""
        import httpx2
        from huggingface_hub import get_session, hf_hub_url
        from huggingface_hub.utils import hf_raise_for_status  # type: ignore[attr-defined]

        url = hf_hub_url(listing.repository, path, revision=listing.commit, endpoint=self.endpoint)
        headers = {"User-Agent": "reverie", "Accept-Encoding": "identity"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if offset:
            headers["Range"] = f"bytes={offset}-"
        with (
            in_a_sentence(self, listing.repository, listing.revision),
            get_session().stream("GET", url, headers=headers, timeout=httpx2.Timeout(self.patience)) as response,
        ):
            hf_raise_for_status(response)
            yield response


def usual_hub(environment: Mapping[str, str] | None = None) -> Hub:
    """Return the hub that the usual variables name: HF_ENDPOINT, and HF_TOKEN or whoever is logged in."""
    from huggingface_hub import get_token

    said = os.environ if environment is None else environment
    return Hub((said.get("HF_ENDPOINT") or HUB).rstrip("/"), said.get("HF_TOKEN") or get_token())


def offline(environment: Mapping[str, str] | None = None) -> bool:
    """True where HF_HUB_OFFLINE says that nothing may be asked."""
    said = os.environ if environment is None else environment
    return said.get("HF_HUB_OFFLINE", "").lower() in _TRUE


class Cut(MachineError):
    """The hub fell silent or the line was cut; what came is kept."""


@contextmanager
def in_a_sentence(hub: Hub, repository: str, revision: str) -> Iterator[None]:
    """Turn what the library and the network complain of into one sentence each.

    InputError for a repository or a revision that is not there or not for us, `Cut` where the network is at fault,
    MachineError for any other answer.
    """
    import httpx2
    from huggingface_hub import errors

    try:
        yield
    except ReverieError:
        raise
    except errors.OfflineModeIsEnabled:
        raise MachineError(OFFLINE) from None
    except errors.GatedRepoError:
        fix = f"asks who you are: accept its terms at {hub.endpoint}/{repository}, and set HF_TOKEN to your token."
        raise InputError("model", repository, fix) from None
    except errors.RevisionNotFoundError:
        fix = f"has no revision {revision}: leave it out, or take one that {hub.endpoint}/{repository} lists."
        raise InputError("model", repository, fix) from None
    except errors.RepositoryNotFoundError:
        private = "for this HF_TOKEN" if hub.token else "without HF_TOKEN, if it is private"
        fix = f"is not at {hub.host} (any more), or not {private}: check its name there."
        raise InputError("model", repository, fix) from None
    except errors.EntryNotFoundError:
        raise InputError("model", repository, "lacks a file that it lists: pull it again, or tell its maker.") from None
    except errors.HFValidationError:
        raise InputError("model", repository, 'is no repository: write "owner/name".') from None
    except httpx2.TransportError as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise Cut(f"{hub.host} can't be reached ({why}): check the network, then pull it again.") from None
    except errors.HfHubHTTPError as error:
        code = error.response.status_code
        raise MachineError(f"{hub.host} answers {code} for {repository}: {_ADVICE.get(code, _LATER)}.") from None


OFFLINE = "Nothing is asked of the hub: --offline or HF_HUB_OFFLINE is set, so leave it out to pull a model."
_LATER = "try again later"
_ADVICE = {
    401: "set HF_TOKEN to a token that is valid",
    403: "accept its terms there, and use a token that may read it",
    416: "remove what came of it with `reverie models remove`, and pull it again",
}


def _file(repository: str, sibling: Any) -> RemoteFile:
    path, lfs = str(sibling.rfilename), sibling.lfs
    if path.startswith("/") or "\\" in path or ":" in path or any(part in {"", ".", ".."} for part in path.split("/")):
        raise InputError("model", repository, f"names a file outside of its folder ({quote(path)}): don't use it.")
    size = lfs.size if lfs is not None else sibling.size
    return RemoteFile(path, int(size or 0), None if lfs is None else lfs.sha256, sibling.blob_id)


def _commit(repository: str, told: str | None) -> str:
    if told and len(told) == 40 and all(letter in "0123456789abcdef" for letter in told):
        return told
    raise MachineError(f"The hub names no commit of {repository}: check what HF_ENDPOINT points at.")


def _licence(told: Any) -> str | None:
    return told.strip().lower()[:80] if isinstance(told, str) and told.strip() not in {"", "other", "unknown"} else None
