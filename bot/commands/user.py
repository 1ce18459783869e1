"""user: people and roles, and sign-in links."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.commands import CommandError
from bot.opening import open_database
from config import settings
from models import people, sign_in
from models.cause import Cause
from models.estate import Estate
from models.member import ROLES, Member


def add_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    listed = deeds.add_parser("list", help="members of an estate with their roles")
    listed.add_argument("--estate")
    for name, does in (("grant", "give a role"), ("revoke", "take a role away")):
        deed = deeds.add_parser(name, help=does)
        deed.add_argument("member", help="the member's id, as in the estate's file")
        deed.add_argument("role", choices=[role for role in ROLES if role != "resident"])
        deed.add_argument("--building", help="for this building only; default: the whole estate")
        deed.add_argument("--estate")
    link = deeds.add_parser("link", help="a sign-in link that works once")
    link.add_argument("member")
    link.add_argument("--estate")
    bound = deeds.add_parser("bind", help="bind a channel's account to a member")
    bound.add_argument("member")
    bound.add_argument("channel")
    bound.add_argument("address")
    bound.add_argument("--estate")


def run(given: argparse.Namespace) -> None:
    found = settings.load()
    with open_database(found).write() as session:
        estate = estate_named(session, given.estate)
        cause = Cause(estate.id, datetime.now(UTC))
        if given.deed == "list":
            _print_members(session, estate)
            return
        member = _member(session, estate, given.member)
        said = DEEDS[given.deed](session, cause, member, given)
    print(said.replace("{base}", found.base_url))


def estate_named(session: Session, name: str | None) -> Estate:
    """The estate of that name; without a name the only one. Raises CommandError where it is not plain."""
    known = session.scalars(select(Estate).order_by(Estate.id)).all()
    fitting = [estate for estate in known if name in (None, estate.name)]
    if len(fitting) != 1:
        names = ", ".join(estate.name for estate in known)
        raise CommandError(f"--estate: name one of: {names or 'none is there yet'}")
    return fitting[0]


def _member(session: Session, estate: Estate, key: str) -> Member:
    found = session.scalars(select(Member).filter_by(estate_id=estate.id, key=key)).first()
    if found is None:
        raise CommandError(f"member: {estate.name} has nobody with the id {key!r}")
    return found


def _print_members(session: Session, estate: Estate) -> None:
    for member, roles in people.with_roles(session, estate.id):
        print(f"{member.key}\t{member.name}\t{'、'.join(roles) or 'resident'}")


def _grant(session: Session, cause: Cause, member: Member, given: argparse.Namespace) -> str:
    _building_known(session, cause, given.building)
    people.grant(session, cause, member, given.role, given.building)
    return f"{member.name}: {given.role}"


def _revoke(session: Session, cause: Cause, member: Member, given: argparse.Namespace) -> str:
    _building_known(session, cause, given.building)
    if not people.revoke(session, cause, member, given.role, given.building):
        raise CommandError(f"role: {member.name} does not hold {given.role} there")
    return f"{member.name}: {given.role} taken away"


def _building_known(session: Session, cause: Cause, building: str | None) -> None:
    if building is not None and people.building_id(session, cause.estate_id, building) is None:
        raise CommandError(f"--building: there is no building {building!r}")


def _link(session: Session, cause: Cause, member: Member, given: argparse.Namespace) -> str:
    return "{base}/sign-in/" + sign_in.issue(session, cause, member.id)


def _bind(session: Session, cause: Cause, member: Member, given: argparse.Namespace) -> str:
    people.bind(session, cause, member, given.channel, given.address)
    return f"{member.name}: {given.channel}"


DEEDS = {"grant": _grant, "revoke": _revoke, "link": _link, "bind": _bind}
