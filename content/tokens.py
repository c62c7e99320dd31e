"""Search tokens of Chinese and mixed text: pairs of neighbouring characters, and whole Latin words.

Two-character words are the commonest Chinese words; pairs find them without a dictionary. The last
character of a run stands alone too, so that one character can be looked for by the start of a token.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator

_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]+|[a-z0-9]+")


def tokens_of(text: str) -> Iterator[str]:
    """Tokens to index, repeats included.

    Examples
    --------
    >>> list(tokens_of("AI备课"))
    ['ai', '备课', '课']
    """
    for run in _runs(text):
        if run.isascii():
            yield run
        else:
            yield from (run[at : at + 2] for at in range(len(run)))


def query_tokens(words: str) -> tuple[str, ...]:
    """Tokens a query asks for, each once: pairs and Latin words; a single character only when it stands alone.

    Examples
    --------
    >>> query_tokens("家校沟通 ai")
    ('家校', '校沟', '沟通', 'ai')
    """
    found: dict[str, None] = {}
    for run in _runs(words):
        pairs = [run] if run.isascii() or len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]
        found.update(dict.fromkeys(pairs))
    return tuple(found)


def n_needed(n_tokens: int) -> int:
    """How many of a query's tokens a text must hold: all of one or two, three in five of a longer query.

    Examples
    --------
    >>> [n_needed(n) for n in (1, 2, 3, 5, 10)]
    [1, 2, 2, 3, 6]
    """
    return n_tokens if n_tokens <= 2 else math.ceil(0.6 * n_tokens)


def weigh(parts: Iterable[tuple[str, int]], *, most: int = 40) -> dict[str, int]:
    """Weight of each token over the parts of a text, given as (text, weight); repeats add up to a bound.

    Examples
    --------
    >>> weigh([("课堂", 8), ("课堂反馈", 3)])["课堂"]
    11
    """
    weights: dict[str, int] = {}
    for text, weight in parts:
        for token in set(tokens_of(text)):
            weights[token] = min(most, weights.get(token, 0) + weight)
    return weights


def _runs(text: str) -> list[str]:
    return _RUN.findall(unicodedata.normalize("NFKC", text).lower())
