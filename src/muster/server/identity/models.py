"""People and what they may do. Names and addresses stand in Profile and Account only, and can be erased."""

import secrets
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone


def new_id() -> str:
    """Return a new random id: 128 bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def id_field() -> "models.CharField[str, str]":
    """Return the primary key of most tables: random, so that it tells nothing and is never used again."""
    return models.CharField(max_length=32, primary_key=True, default=new_id, editable=False)


class Person(models.Model):
    """Somebody who acts, as a random id: all that dossiers and leaves ever see. Never deleted."""

    id = id_field()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.id


class Profile(models.Model):
    """The name of a person; erasing the person deletes this row."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts; they are made by `actions.create_account`, which records it."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=username)


class Account(AbstractBaseUser):
    """How a person signs in. `is_admin` may manage accounts and grants, and can never sign."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    username = models.CharField(max_length=150, unique=True)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_admin = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.username


class RoleGrant(models.Model):
    """A role that a person holds, organisation-wide (`use_case` empty) or for one use case, and from when until when.

    Rows are never deleted: who held what when stays answerable.
    """

    id = id_field()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=64)
    use_case = models.CharField(max_length=64, blank=True)
    granted_by = models.CharField(max_length=64)
    granted_at = models.DateTimeField()
    ended_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "use_case"],
                condition=models.Q(ended_at=None),
                name="one_live_grant",
            ),
        ]
        indexes = [models.Index(fields=["use_case", "role"], name="grant_use_case")]

    def __str__(self) -> str:
        return f"{self.role} {self.use_case}"


class Token(models.Model):
    """A key for programs, of a person. Only the SHA-256 of the key is stored: nobody can read it back.

    `scopes` are the acts that it may do, at most those of its person, and never signing.
    """

    id = id_field()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100, blank=True)
    hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    use_case = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name or self.id}"
