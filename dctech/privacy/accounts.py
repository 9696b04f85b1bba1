"""What the accounts database has of somebody. allauth knows an address by its verified owner."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from dctech.privacy.person import ERASED, Person


def accounts_of(email: str) -> QuerySet[User]:
    """Return the accounts of an address: where it is verified, or the only one there is.

    Anybody may add an address to their account that is somebody else's, and never confirm it.
    """
    owners = EmailAddress.objects.filter(email__iexact=email).filter(
        Q(verified=True) | Q(primary=True)
    )
    return User.objects.filter(Q(email__iexact=email) | Q(pk__in=owners.values("user")))


def person_of(email: str) -> Person:
    """Return somebody with all addresses and names of their accounts."""
    users = list(accounts_of(email))
    confirmed = EmailAddress.objects.filter(user__in=users).filter(
        Q(verified=True) | Q(primary=True)
    )
    emails = {email.lower(), *(user.email.lower() for user in users if user.email)}
    emails |= {address.email.lower() for address in confirmed}
    return Person(
        tuple(sorted(emails)),
        tuple(user.username for user in users),
        tuple(str(user.pk) for user in users),
    )


def exported(person: Person) -> list[dict[str, Any]]:
    """Return what their accounts hold, without what would let somebody in."""
    return [_account(user) for user in User.objects.filter(pk__in=person.user_ids)]


def _account(user: User) -> dict[str, Any]:
    fields = ("username", "email", "first_name", "last_name", "date_joined", "last_login")
    return {
        **{name: getattr(user, name) for name in fields},
        "roles": sorted(user.groups.values_list("name", flat=True)),
        "addresses": list(
            EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
        ),
        "providers": list(
            SocialAccount.objects.filter(user=user).values("provider", "uid", "extra_data")
        ),
        "authenticators": [
            {"type": each.type, "created_at": each.created_at, "last_used_at": each.last_used_at}
            for each in user.authenticator_set.all()
        ],
        "sessions": len(_sessions(person_ids={str(user.pk)})),
        "acts": list(
            LogEntry.objects.filter(user=user).values("action_time", "object_repr", "action_flag")
        ),
    }


def erase(person: Person) -> dict[str, int]:
    """Delete their accounts with all that hangs on them; return how much of what went."""
    counts = {"sessions": len(found := _sessions(person_ids=set(person.user_ids)))}
    Session.objects.filter(pk__in=found).delete()
    kind = ContentType.objects.get_for_model(User)
    about = LogEntry.objects.filter(content_type=kind, object_id__in=person.user_ids)
    counts["log entries about them"] = about.update(object_repr=ERASED)
    _, deleted = User.objects.filter(pk__in=person.user_ids).delete()
    addresses = EmailAddress.objects.filter(_any_of(person.emails)).delete()[1]
    for name, number in [*deleted.items(), *addresses.items()]:
        counts[name] = counts.get(name, 0) + number
    return {name: number for name, number in counts.items() if number}


def _any_of(emails: tuple[str, ...]) -> Q:
    found = Q(pk__in=())
    for email in emails:
        found |= Q(email__iexact=email)
    return found


def _sessions(person_ids: set[str]) -> list[str]:
    """Return the sessions of these users; whose one is, only its content says."""
    return [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get(SESSION_KEY) in person_ids
    ]
