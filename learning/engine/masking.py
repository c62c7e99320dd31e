"""A staff number as others may see it: enough to tell two people of one name apart, not enough to use."""


def masked(staff_no: str) -> str:
    """The first two and last two characters, dots between; a short one keeps its ends only.

    Examples
    --------
    >>> masked("4101230087")
    '41••••••87'
    >>> masked("T001")
    'T••1'
    >>> masked("7")
    '•'
    """
    kept = 2 if len(staff_no) >= 7 else 1 if len(staff_no) >= 3 else 0
    hidden = "•" * (len(staff_no) - 2 * kept)
    return staff_no[:kept] + hidden + (staff_no[-kept:] if kept else "")
