"""Which addresses lead to this site and nowhere else."""

from urllib.parse import urlsplit

UNSEEN = dict.fromkeys(map(ord, "\t\r\n"))  # a browser reads "/<tab>/x" as "//x"


def own_path(target: str | None) -> str:
    """The target if it is a path of this site, else nothing: a link from outside never sends anybody elsewhere.

    >>> own_path("/credit?year=2026#july"), own_path("credit"), own_path(None)
    ('/credit?year=2026#july', '', '')
    >>> [own_path(elsewhere) for elsewhere in ("https://x.invalid/", "//x.invalid/a", "////x.invalid/", "/\\\\x.invalid")]
    ['', '', '', '']
    """
    link = (target or "").strip().translate(UNSEEN)
    parts = urlsplit(link)
    is_own = link.startswith("/") and not link.startswith("//") and "\\" not in link
    return link if is_own and not parts.scheme and not parts.netloc else ""
