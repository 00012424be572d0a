"""Sign-in, sign-out, password and language: plain server-made pages that work in any browser."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from html import escape
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gis.language import LANGUAGES, Problem, _, choose_language, say
from parcels.people.actor import ROLE_TITLES, TOWNSHIP_ROLES, Role
from parcels.people.sessions import MOST_HOURS, Session
from parcels.services import sign_in as signing
from parcels.services.accounts import demo_accounts
from parcels.services.keep_sessions import end_own_session
from ui import office
from ui.below import SITE
from ui.gate import LANGUAGE_COOKIE, PASSWORD, SESSION_COOKIE, SIGN_IN, language_of
from ui.routes.me import me_page
from ui.routes.plain import page

CSRF_COOKIE = "tracker_form"
MOST_BYTES = 16_384
LONGEST_ID = 9

Answer = Callable[[Request, dict[str, str]], Response]


def sign_in_page(request: Request, said: str = "", status: int = 200) -> Response:
    """Return the sign-in page; demo accounts are offered where the database has them."""
    form_token = request.cookies.get(CSRF_COOKIE) or secrets.token_urlsafe(24)
    hidden = f'<input type="hidden" name="form" value="{escape(form_token)}">'
    back = escape(_safe_back(request.query_params.get("back", "/")))
    message = f'<p class="error" role="alert">{escape(said)}</p>' if said else ""
    body = f"""
    <h1>{escape(say("Land Reclamation Tracker"))}</h1>
    {message}
    <form method="post" action="{SITE}{SIGN_IN}" autocomplete="on">
      {hidden}<input type="hidden" name="back" value="{back}">
      <label>{escape(say("Account"))}
        <input name="name" autocomplete="username" autofocus required maxlength="64"></label>
      <label>{escape(say("Password"))}
        <input name="password" type="password" autocomplete="current-password" required></label>
      <button type="submit">{escape(say("Sign in"))}</button>
    </form>{_demo_forms(hidden)}"""
    response = page(say("Sign in"), body + _language_links(), language_of(request.scope))
    response.status_code = status
    response.set_cookie(CSRF_COOKIE, form_token, httponly=True, samesite="strict")
    return response


def _demo_forms(hidden: str) -> str:
    offered = demo_accounts(office.store())
    if not offered:
        return ""
    groups: dict[str, list[str]] = {say("County"): [], say("Townships"): []}
    for row in offered:
        role = Role(row["role"])
        group = say("Townships") if role in TOWNSHIP_ROLES else say("County")
        groups[group].append(
            f'<form method="post" action="{SITE}/account/demo">{hidden}'
            f'<button class="demo" name="name" value="{escape(row["name"])}">'
            f"{escape(row['display_name'])}"
            f"<small>{escape(str(ROLE_TITLES[role]))}</small></button></form>"
        )
    note = say("Demo county: enter with one click. All names and figures are invented.")
    parts = "".join(
        f"<h2>{escape(title)}</h2>{''.join(forms)}" for title, forms in groups.items() if forms
    )
    return f'<section class="demos"><p>{escape(note)}</p>{parts}</section>'


def _language_links() -> str:
    links = " · ".join(
        f'<a href="{SITE}{SIGN_IN}?language={code}">{escape(name)}</a>'
        for code, name in LANGUAGES.items()
    )
    return f'<p class="languages">{links}</p>'


def _sign_in(request: Request, form: dict[str, str]) -> Response:
    try:
        token = signing.sign_in(
            office.store(),
            form.get("name", ""),
            form.get("password", ""),
            address=address_of(request),
            language=language_of(request.scope),
            now=office.now(),
        )
    except Problem as problem:
        return sign_in_page(request, str(problem), status=403)
    return _entered(request, token, form.get("back", "/"))


def _enter_demo(request: Request, form: dict[str, str]) -> Response:
    try:
        token = signing.sign_in_demo(
            office.store(),
            form.get("name", ""),
            address=address_of(request),
            language=language_of(request.scope),
            now=office.now(),
        )
    except Problem as problem:
        return sign_in_page(request, str(problem), status=403)
    return _entered(request, token, "/")


def _entered(request: Request, token: str, back: str) -> Response:
    response = RedirectResponse(_safe_back(back), status_code=303)
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=MOST_HOURS * 3600,  # the row on the server ends sooner
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


def password_page(request: Request, said: str = "", status: int = 200) -> Response:
    """Return the page where a person changes their password."""
    session: Session = request.scope["tracker_session"]
    must = say("Choose a password of your own before you go on.")
    note = f"<p>{escape(must)}</p>" if session.must_change_password else ""
    message = f'<p class="error" role="alert">{escape(said)}</p>' if said else ""
    body = f"""
    <h1>{escape(say("Change the password"))}</h1>{note}{message}
    <form method="post" action="{SITE}{PASSWORD}">
      <input type="hidden" name="csrf" value="{escape(session.csrf)}">
      <label>{escape(say("Present password"))}
        <input name="old" type="password" autocomplete="current-password" required></label>
      <label>{escape(say("New password"))}
        <input name="new" type="password" autocomplete="new-password" required></label>
      <label>{escape(say("New password once more"))}
        <input name="again" type="password" autocomplete="new-password" required></label>
      <button type="submit">{escape(say("Change the password"))}</button>
    </form>"""
    response = page(say("Change the password"), body, language_of(request.scope))
    response.status_code = status
    return response


def _change_password(request: Request, form: dict[str, str]) -> Response:
    if form.get("new", "") != form.get("again", ""):
        return password_page(request, say("The two new passwords differ."), status=400)
    session: Session = request.scope["tracker_session"]
    try:
        signing.change_password(
            office.store(), session, form.get("old", ""), form.get("new", ""), now=office.now()
        )
    except Problem as problem:
        return password_page(request, str(problem), status=400)
    return RedirectResponse("/", status_code=303)


def _sign_out(request: Request, form: dict[str, str]) -> Response:
    session: Session = request.scope["tracker_session"]
    everywhere = form.get("everywhere") == "1"
    signing.sign_out(office.store(), session, everywhere=everywhere, now=office.now())
    response = RedirectResponse(SIGN_IN, status_code=303)
    response.delete_cookie(SESSION_COOKIE)
    return response


def _end_session(request: Request, form: dict[str, str]) -> Response:
    session: Session = request.scope["tracker_session"]
    wanted = form.get("session", "")
    try:
        if not wanted.isdecimal() or len(wanted) > LONGEST_ID:
            raise Problem(_("This session has ended already."))
        end_own_session(office.store(), session, int(wanted), now=office.now())
    except Problem as problem:
        return me_page(request, {}, str(problem), status=400)
    return RedirectResponse("/account/me", status_code=303)


def _choose_language(request: Request, form: dict[str, str]) -> Response:
    session: Session = request.scope["tracker_session"]
    signing.choose_session_language(office.store(), session, form.get("language", ""))
    response = RedirectResponse(_safe_back(form.get("back", "/")), status_code=303)
    if form.get("language", "") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, form["language"], samesite="lax")
    return response


def _show_sign_in(request: Request, _form: dict[str, str]) -> Response:
    wanted = request.query_params.get("language", "")
    if wanted in LANGUAGES:
        response: Response = RedirectResponse(SIGN_IN, status_code=303)
        response.set_cookie(LANGUAGE_COOKIE, wanted, samesite="lax")
        return response
    if request.scope.get("tracker_session") is not None:
        return RedirectResponse("/", status_code=303)
    return sign_in_page(request)


def _show_password(request: Request, _form: dict[str, str]) -> Response:
    return password_page(request)


def address_of(request: Request) -> str:
    """Return the address a request came from."""
    return request.client.host[:64] if request.client else "unknown"


def _safe_back(back: str) -> str:
    """Return a path of this site; anything that could lead elsewhere becomes the first page."""
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if is_ours and "\\" not in back else "/"


def _endpoint(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that reads a small form, checks its token, and works off the loop."""

    async def respond(request: Request) -> Response:
        form: dict[str, str] = {}
        if request.method == "POST":
            if int(request.headers.get("content-length") or MOST_BYTES + 1) > MOST_BYTES:
                return HTMLResponse("too long", status_code=413)
            fields = parse_qs((await request.body()).decode("utf-8", "replace"))
            form = {name: values[0] for name, values in fields.items()}

        def work() -> Response:
            choose_language(language_of(request.scope))
            if request.method == "POST" and not _is_our_form(request, form):
                return sign_in_page(request, say("The page was too old; try again."), status=403)
            return answer(request, form)

        return await run_in_threadpool(work)

    return respond


def _is_our_form(request: Request, form: dict[str, str]) -> bool:
    if request.url.path in (SIGN_IN, "/account/demo"):
        sent, kept = form.get("form", ""), request.cookies.get(CSRF_COOKIE, "")
    else:
        session: Session | None = request.scope.get("tracker_session")
        sent, kept = form.get("csrf", ""), session.csrf if session else ""
    return bool(kept) and hmac.compare_digest(sent.encode(), kept.encode())


ROUTES: list[BaseRoute] = [
    Route(SIGN_IN, _endpoint(_show_sign_in), methods=["GET"]),
    Route(SIGN_IN, _endpoint(_sign_in), methods=["POST"]),
    Route("/account/demo", _endpoint(_enter_demo), methods=["POST"]),
    Route("/account/me", _endpoint(me_page), methods=["GET"]),
    Route("/account/end-session", _endpoint(_end_session), methods=["POST"]),
    Route(PASSWORD, _endpoint(_show_password), methods=["GET"]),
    Route(PASSWORD, _endpoint(_change_password), methods=["POST"]),
    Route("/account/sign-out", _endpoint(_sign_out), methods=["POST"]),
    Route("/account/language", _endpoint(_choose_language), methods=["POST"]),
]
