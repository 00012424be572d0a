"""My account: who I am here, language, password, and where else I am signed in."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gis.language import LANGUAGES, say
from parcels.people.actor import ROLE_TITLES
from parcels.people.sessions import Session
from parcels.services.keep_sessions import own_sessions, password_age_days
from reports.daily import OFFICE_TIME
from ui import office
from ui.below import SITE
from ui.gate import PASSWORD, language_of
from ui.routes.plain import page


def me_page(request: Request, _form: dict[str, str], said: str = "", status: int = 200) -> Response:
    """Return the page; ``said`` is why the last wish could not be done."""
    session: Session = request.scope["tracker_session"]
    actor, hidden = session.actor, _hidden(session)
    role = str(ROLE_TITLES[actor.role]) if actor.role else ""
    message = f'<p class="error" role="alert">{escape(said)}</p>' if said else ""
    body = f"""
    <p><a href="{SITE}/">{escape(say("Back to work"))}</a></p>
    <h1>{escape(actor.display_name)}</h1>{message}
    <dl class="facts">
      <dt>{escape(say("Account"))}</dt><dd>{escape(actor.name)}</dd>
      <dt>{escape(say("Role"))}</dt><dd>{escape(role)}</dd>
      <dt>{escape(say("Region"))}</dt><dd>{escape(actor.region)}</dd>
    </dl>
    {_password(session)}
    <h2>{escape(say("Language"))}</h2>
    <form method="post" action="{SITE}/account/language" class="row">{hidden}
      {_languages(session)}</form>
    <h2>{escape(say("Where I am signed in"))}</h2>
    {_sessions(session, hidden)}
    <form method="post" action="{SITE}/account/sign-out">{hidden}
      <button>{escape(say("Sign out"))}</button></form>
    <form method="post" action="{SITE}/account/sign-out">{hidden}
      <input type="hidden" name="everywhere" value="1">
      <button class="demo">{escape(say("Sign out everywhere"))}</button></form>"""
    response = page(say("My account"), body, language_of(request.scope))
    response.status_code = status
    return response


def _hidden(session: Session) -> str:
    return f'<input type="hidden" name="csrf" value="{escape(session.csrf)}">'


def _languages(session: Session) -> str:
    return "".join(
        f'<button class="demo" name="language" value="{code}"'
        f"{' aria-current=true' if code == session.language else ''}>{escape(name)}</button>"
        for code, name in LANGUAGES.items()
    )


def _password(session: Session) -> str:
    if session.is_demo:
        return ""
    days = password_age_days(office.store(), session, now=office.now())
    age = say("Set {days} days ago.", days=days)
    return (
        f"<h2>{escape(say('Password'))}</h2><p>{escape(age)} "
        f'<a href="{SITE}{PASSWORD}">{escape(say("Change the password"))}</a></p>'
    )


def _sessions(session: Session, hidden: str) -> str:
    rows = own_sessions(office.store(), session, now=office.now())
    return f'<ul class="sessions">{"".join(_row(session, row, hidden) for row in rows)}</ul>'


def _row(session: Session, row: Mapping[str, Any], hidden: str) -> str:
    started = f"{row['started_at'].astimezone(OFFICE_TIME):%m-%d %H:%M}"
    seen = f"{row['seen_at'].astimezone(OFFICE_TIME):%m-%d %H:%M}"
    words = escape(say("since {started}, last used {seen}", started=started, seen=seen))
    line = f"<b>{escape(row['address'])}</b><small>{words}</small>"
    if row["id"] == session.id:
        return f"<li>{line}<em>{escape(say('this one'))}</em></li>"
    return (
        f'<li>{line}<form method="post" action="{SITE}/account/end-session">{hidden}'
        f'<button class="demo" name="session" value="{row["id"]}">'
        f"{escape(say('End it'))}</button></form></li>"
    )
