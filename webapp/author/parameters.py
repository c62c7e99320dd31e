"""What measuring knows of an item: its parameters, release by release."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.models import ItemParameter, Release


def parameters_of(session: Session, item_id: int) -> Sequence[tuple[Release, ItemParameter]]:
    """Parameters of an item with the release that set them, newest first."""
    rows = session.execute(
        select(Release, ItemParameter)
        .join(ItemParameter, ItemParameter.release_id == Release.id)
        .where(ItemParameter.item_id == item_id)
        .order_by(Release.created_at.desc())
    )
    return [(release, parameter) for release, parameter in rows]
