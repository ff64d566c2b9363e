"""The page at which somebody without a token stands, and how a token in an address becomes a cookie."""

from __future__ import annotations

from http.cookies import SimpleCookie
from urllib.parse import quote

from reverie.server.guard import visit
from reverie.server.guard.asgi import Headers, Scope, value
from reverie.server.guard.policy import Guard
from reverie.server.guard.rules import PAGES
from reverie.server.guard.tickets import MOST_SECONDS, Pass

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reverie</title>
<style>
  :root { color-scheme: dark }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #0b0b0e; color: #f2f0ea;
         font: 1rem/1.5 system-ui, sans-serif }
  main { width: min(26rem, 100% - 3rem) }
  h1 { font-size: 1.25rem; font-weight: 600; margin: 0 0 .5rem }
  p { margin: 0 0 1.5rem; color: #b9b5ab }
  label { display: block; font-size: .875rem; margin-bottom: .25rem }
  form { display: grid; gap: .75rem }
  input, button { font: inherit; color: inherit; padding: .625rem .75rem; border-radius: .5rem; width: 100%;
                  border: 1px solid #3a3943; background: #16161b; box-sizing: border-box }
  button { background: #f2f0ea; color: #0b0b0e; border-color: transparent; font-weight: 600; cursor: pointer }
  :focus-visible { outline: 2px solid #9db8ff; outline-offset: 2px }
</style>
<main>
  <h1>This studio is private</h1>
  <p>{sentence}</p>
  <form method="get">
    <div><label for="token">Token</label>
    <input id="token" name="token" type="password" autocomplete="current-password" required autofocus></div>
    <button>Come in</button>
  </form>
</main>
</html>
"""


_COOKIE = {"path": "/", "httponly": "1", "samesite": "Lax"}


def wants_page(scope: Scope) -> bool:
    """True where a person stands at the door, not a program."""
    return visit.method(scope) in {"GET", "HEAD"} and "text/html" in value(scope, b"accept")


def page(sentence: str) -> bytes:
    """Return the page that asks for a token; the sentence is ours, never a caller's."""
    return _PAGE.replace("{sentence}", sentence).encode()


def token_shown(scope: Scope) -> str | None:
    """Return the token in a page's address."""
    if visit.method(scope) != "GET" or not PAGES.fullmatch(scope["path"]):
        return None
    return visit.fields(scope).get("token")


def welcome(scope: Scope, guard: Guard, token: str, admitted: Pass, now: float) -> Headers:
    """Return the headers that keep a token where scripts can't read it, and lead to the same page without it."""
    rest = visit.without_secrets(scope)
    where = quote(scope["path"]) + (f"?{rest}" if rest else "")
    seconds = MOST_SECONDS if admitted.expires is None else max(0, admitted.expires - int(now))
    jar: SimpleCookie = SimpleCookie()
    name = visit.cookie_name(scope, admitted.access)
    jar[name] = token
    for attribute, said in _COOKIE.items():
        jar[name][attribute] = said
    jar[name]["max-age"], jar[name]["secure"] = str(seconds), "1" if guard.secure else ""
    return [
        (b"location", where.encode()),
        (b"set-cookie", jar[name].OutputString().encode()),
        (b"cache-control", b"no-store"),
    ]
