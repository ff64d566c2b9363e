"""Who is let in, beside who is not: and nothing that was refused ever reached the application."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from reverie.server.guard import Access, Guard
from tests.server.guard.studio import HERE, KEYS, NOW, OPEN, PRIVATE, TOKEN, Studio, bearer

LATER = int(NOW) + 60
STRANGE_HOSTS = (
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "LOCALHOST.",
    "",
    "localhost/?x=",
    "127.0.0.2",
    "192.168.1.4:8000",
    "0.0.0.0:8000",
)
STRANGE_ORIGINS = (
    "null",
    "",
    "file://",
    "https://evil.example",
    "http://127.0.0.1:99999",
    "http://[::1",
    "http://localhost:8000",
)
GUARDS = pytest.mark.parametrize("guard", [OPEN, PRIVATE], ids=["open", "private"])
STEERS = bearer(TOKEN)


def refused(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status
    assert answer.json()["message"].endswith(".")
    assert set(answer.json()) == {"message", "field", "value"}


# Names


@GUARDS
@pytest.mark.parametrize("host", STRANGE_HOSTS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "STIR"])
def test_a_strange_name_is_answered_to_by_no_method(guard: Guard, host: str, method: str) -> None:
    studio = Studio(guard)
    refused(
        studio.ask(method, "/api/jobs", headers={**STEERS, "host": host} if guard is PRIVATE else {"host": host}), 421
    )
    assert studio.app.reached == []


@GUARDS
@pytest.mark.parametrize("host", STRANGE_HOSTS)
def test_nor_by_a_socket(guard: Guard, host: str) -> None:
    studio = Studio(guard)
    heard = studio.knock("/api/jobs/a/preview.ws", [("authorization", f"Bearer {guard.keys.steer}"), ("host", host)])
    assert heard[0]["status"] == 421
    assert studio.app.reached == []


def test_two_names_are_none() -> None:
    studio = Studio(OPEN)
    refused(studio.ask("GET", "/", headers=[("host", "localhost"), ("host", "localhost")]), 421)


@pytest.mark.parametrize("host", ["localhost", "localhost:9999", "LOCALHOST:8000", "127.0.0.1", "[::1]:8000"])
def test_this_machine_is_known(host: str) -> None:
    assert Studio(OPEN).ask("GET", "/api/jobs", headers={"host": host}).status_code == 200


def test_beyond_loopback_it_answers_to_the_address_it_was_reached_at_and_to_names_it_was_given() -> None:
    guard = Guard.at("0.0.0.0", secret=b"s" * 32, token=TOKEN, names=["Studio.Example.org"])
    studio = Studio(guard, reached_at="::ffff:192.168.1.4")
    found = {
        host: studio.ask("GET", "/api/jobs", headers={**STEERS, "host": host}).status_code
        for host in ("192.168.1.4:8000", "studio.example.org", "localhost", "192.168.1.5:8000", "evil.example")
    }
    assert list(found.values()) == [200, 200, 200, 421, 421]


# Origins


@GUARDS
@pytest.mark.parametrize("origin", STRANGE_ORIGINS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_page_of_another_site_may_do_nothing(guard: Guard, origin: str, method: str) -> None:
    studio = Studio(guard)
    answer = studio.ask(method, "/api/jobs", headers={**bearer(guard.keys.steer), "origin": origin})
    refused(answer, 403)
    assert studio.app.reached == []
    assert not [name for name in answer.headers if name.startswith("access-control")]


@GUARDS
@pytest.mark.parametrize("origin", STRANGE_ORIGINS)
def test_nor_open_a_socket(guard: Guard, origin: str) -> None:
    studio = Studio(guard)
    headers = [("authorization", f"Bearer {guard.keys.steer}"), ("origin", origin)]
    assert studio.knock("/api/jobs/a/preview.ws", headers)[0]["status"] == 403
    assert studio.app.reached == []


def test_our_own_page_may() -> None:
    studio = Studio(OPEN)
    own = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    assert studio.ask("POST", "/api/jobs", headers=own, json={}).status_code == 200
    assert studio.knock("/api/jobs/a/preview.ws", list(own.items()))[0]["type"] == "websocket.accept"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_picture_tag_is_refused_and_a_link_is_followed(site: str) -> None:
    studio = Studio(OPEN)
    image = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    frame = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
    link = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    refused(studio.ask("GET", "/stream", headers=image), 403)
    refused(studio.ask("GET", "/", headers=frame), 403)
    assert studio.ask("GET", "/", headers=link).status_code == 200
    refused(studio.ask("POST", "/api/jobs", headers=link, json={}), 403)


@pytest.mark.parametrize("agent", ["curl/8", "", "Mozilla/5.0", "VLC/3"])
def test_what_a_caller_calls_itself_changes_nothing(agent: str) -> None:
    studio = Studio(PRIVATE)
    refused(studio.ask("POST", "/api/jobs", headers={"user-agent": agent, "origin": "null"}, json={}), 403)
    refused(studio.ask("POST", "/api/jobs", headers={"user-agent": agent}, json={}), 401)


def test_a_method_in_a_header_is_no_method() -> None:
    studio = Studio(PRIVATE)
    hidden = {**bearer(KEYS.watch), "x-http-method-override": "GET"}
    refused(studio.ask("DELETE", "/api/jobs/a", headers=hidden), 403)


# Rights


WATCHED = (
    "/",
    "/watch/a",
    "/assets/app.js",
    "/api/health",
    "/api/jobs",
    "/api/jobs/a",
    "/api/jobs/a/events",
    "/stream",
)
STEERED = (
    ("POST", "/api/jobs"),
    ("DELETE", "/api/jobs/a"),
    ("POST", "/api/jobs/a/keyframes"),
    ("POST", "/api/jobs/a/links"),
    ("POST", "/update_prompt"),
    ("GET", "/api/jobs/a/files/recording.mp4"),
    ("GET", "/api/system"),
    ("GET", "/metrics"),
    ("GET", "/openapi.json"),
    ("GET", "/anything/else"),
    ("POST", "/api/health"),
)


def test_without_a_token_a_private_studio_shows_nothing() -> None:
    studio = Studio(PRIVATE)
    for method, path in (*STEERED, *(("GET", path) for path in WATCHED)):
        refused(studio.ask(method, path), 401)
    assert studio.knock("/api/jobs/a/events.ws")[0]["status"] == 401
    assert studio.app.reached == []


@pytest.mark.parametrize("token", ["wrong", TOKEN[:-1], "Basic", "x" * 500])
@GUARDS
def test_a_wrong_token_lets_nobody_in_even_where_none_is_needed(guard: Guard, token: str) -> None:
    studio = Studio(guard)
    refused(studio.ask("GET", "/api/jobs", headers=bearer(token)), 401)
    assert studio.app.reached == []


def test_many_wrong_tokens_are_told_to_wait_and_the_right_one_never_is() -> None:
    studio = Studio(PRIVATE)
    found = [studio.ask("GET", "/api/jobs", headers=bearer(f"guess-{n}")).status_code for n in range(50)]
    assert found == [401] * 20 + [429] * 30
    assert studio.ask("GET", "/api/jobs", headers=STEERS).status_code == 200


def test_whoever_watches_sees_and_never_steers() -> None:
    studio = Studio(PRIVATE)
    watches = bearer(KEYS.watch)
    for path in WATCHED:
        assert studio.ask("GET", path, headers=watches).text == "steers: False"
    for method, path in STEERED:
        refused(studio.ask(method, path, headers=watches), 403)
    assert len(studio.app.reached) == len(WATCHED)


def test_a_watcher_stays_one_where_anybody_may_steer() -> None:
    studio = Studio(OPEN)
    assert studio.ask("POST", "/api/jobs").text == "steers: True"
    refused(studio.ask("POST", "/api/jobs", headers=bearer(OPEN.keys.watch)), 403)


def test_a_signed_address_shows_one_performance_until_its_time_is_over() -> None:
    studio = Studio(PRIVATE)
    ticket = KEYS.ticket(Access.PREVIEW, "a", LATER)
    assert studio.ask("GET", f"/api/jobs/a/preview.mjpeg?ticket={ticket}&quality=80").status_code == 200
    assert studio.app.queries == [b"quality=80"]
    assert studio.knock(f"/api/jobs/a/preview.ws?ticket={ticket}")[0]["type"] == "websocket.accept"
    refused(studio.ask("GET", f"/api/jobs/b/preview.mjpeg?ticket={ticket}"), 403)
    refused(studio.ask("GET", f"/api/jobs/a?ticket={ticket}"), 403)
    refused(studio.ask("POST", f"/api/jobs/a/keyframes?ticket={ticket}"), 403)
    for guard in (PRIVATE, OPEN):
        over = guard.keys.ticket(Access.PREVIEW, "a", int(NOW))
        refused(Studio(guard).ask("GET", f"/api/jobs/a/preview.mjpeg?ticket={over}"), 401)


def test_no_address_steers() -> None:
    studio = Studio(PRIVATE)
    refused(studio.ask("GET", f"/api/jobs?ticket={TOKEN}"), 401)
    refused(studio.ask("GET", f"/api/jobs?token={TOKEN}"), 401)
    refused(studio.ask("GET", f"/metrics?token={TOKEN}"), 401)


# Cookies


def test_a_token_in_a_pages_address_becomes_a_cookie_that_scripts_cannot_read() -> None:
    studio = Studio(PRIVATE)
    answer = studio.ask("GET", f"/?token={TOKEN}&theme=dark")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?theme=dark")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"reverie_steer_8000={TOKEN};")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    kept = {"cookie": cookie.partition(";")[0]}
    assert studio.ask("POST", "/api/jobs", headers=kept, json={}).text == "steers: True"


def test_over_tls_the_cookie_is_for_tls() -> None:
    guard = Guard.at("0.0.0.0", secret=b"s" * 32, secure=True)
    assert "Secure" in Studio(guard).ask("GET", f"/?token={guard.keys.steer}").headers["set-cookie"]


def test_a_kiosks_cookie_lasts_as_long_as_its_ticket_and_watches() -> None:
    studio = Studio(PRIVATE)
    ticket = KEYS.ticket(Access.WATCH, None, LATER)
    answer = studio.ask("GET", f"/watch/live?token={ticket}")
    assert answer.headers["location"] == "/watch/live"
    assert "Max-Age=60" in answer.headers["set-cookie"]
    kept = {"cookie": answer.headers["set-cookie"].partition(";")[0]}
    assert studio.ask("GET", "/api/jobs", headers=kept).text == "steers: False"
    refused(studio.ask("POST", "/api/jobs", headers=kept, json={}), 403)


def test_opening_a_kiosk_link_takes_nothing_from_a_director() -> None:
    both = {"cookie": f"reverie_watch_8000={KEYS.watch}; reverie_steer_8000={TOKEN}"}
    assert Studio(PRIVATE).ask("POST", "/api/jobs", headers=both, json={}).status_code == 200


@pytest.mark.parametrize(
    "cookie", ["reverie_steer_8000=old", "reverie_steer_9000=" + TOKEN, "=;;\x01", "reverie_steer_8000"]
)
def test_an_old_cookie_is_none(cookie: str) -> None:
    refused(Studio(PRIVATE).ask("GET", "/api/jobs", headers={"cookie": cookie}), 401)


def test_a_person_without_a_token_is_asked_for_it() -> None:
    answer = Studio(PRIVATE).ask("GET", "/", headers={"accept": "text/html,*/*"})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert "<form" in answer.text
    assert "printed it when it started" in answer.text
    wrong = Studio(PRIVATE).ask("GET", "/?token=<script>", headers={"accept": "text/html"})
    assert wrong.status_code == 401
    assert "<script" not in wrong.text


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "/%2f%2fevil.example", "/watch/..%2f..//evil.example"]
)
def test_a_welcome_leads_nowhere_else(path: str) -> None:
    answer = Studio(PRIVATE).ask("GET", f"{HERE}{path}?token={TOKEN}")
    assert "location" not in answer.headers or answer.headers["location"].startswith("/watch/")


# Bodies


async def pieces(count: int, size: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * size


def test_a_body_that_grows_too_long_is_cut_off_whatever_its_header_says() -> None:
    studio = Studio(OPEN)
    answer = studio.ask("POST", "/api/jobs", content=pieces(40, 2**16), headers={"content-type": "application/json"})
    refused(answer, 413)
    assert studio.app.bytes <= 2**20


def test_one_that_says_so_is_not_read_at_all() -> None:
    studio = Studio(OPEN)
    refused(
        studio.ask("POST", "/api/jobs", content=b"x" * (2**20 + 1), headers={"content-type": "application/json"}), 413
    )
    assert studio.app.reached == []


def test_uploads_may_be_longer() -> None:
    studio = Studio(OPEN)
    film = {"content-type": "video/mp4"}
    assert studio.ask("POST", "/api/uploads/file", content=b"x" * 2**21, headers=film).status_code == 200
    assert studio.app.bytes == 2**21


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", ""]
)
def test_a_form_of_another_site_is_no_json(kind: str) -> None:
    studio = Studio(OPEN)
    refused(studio.ask("POST", "/api/jobs", content=b"{}", headers={"content-type": kind}), 415)
    assert studio.app.reached == []


def test_an_offer_to_show_pictures_is_sdp() -> None:
    studio = Studio(OPEN)
    assert studio.ask(
        "POST", "/api/jobs/a/whep", content=b"v=0", headers={"content-type": "application/sdp"}
    ).is_success
    refused(studio.ask("POST", "/api/jobs/a/whep", json={}), 415)


def test_a_sockets_message_has_an_end() -> None:
    heard = Studio(OPEN).knock("/api/jobs/a/preview.ws", said=["hello", "x" * (2**20 + 1), "never heard"])
    assert [message.get("text") or message.get("code") for message in heard] == [None, "hello", 1009]


# Headers


def test_every_answer_says_what_a_browser_may_do_with_it() -> None:
    studio = Studio(OPEN)
    for path, status in (("/", 200), ("/api/jobs", 200), ("/api/jobs/a/files/a.svg", 200), ("/api/jobs?ticket=x", 401)):
        answer = studio.ask("GET", path)
        assert answer.status_code == status
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "unsafe-eval" not in answer.headers["content-security-policy"]
        assert (answer.headers.get("cache-control") == "no-store") is path.startswith("/api")
    assert "sandbox" in studio.ask("GET", "/api/jobs/a/files/a.svg").headers["content-security-policy"]
    assert "script-src 'self';" in studio.ask("GET", "/").headers["content-security-policy"]
