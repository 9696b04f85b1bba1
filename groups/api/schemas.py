"""What the API's answers about groups look like."""

from pydantic import Field

from events.api.schemas import Answer


class Group(Answer):
    group_id: str = Field(examples=["dc-python"])
    name: str = Field(examples=["DC Python"])
    website: str | None
    html_url: str = Field(description="The calendar's page of the group.")
    events_url: str = Field(description="Its events, from this API.")
    categories: list[str]


class Groups(Answer):
    groups: list[Group]
    next: str | None = Field(
        description="Send it back as `cursor` for the rest; null on the last page."
    )
