"""Closeness of courses by their words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from recommender.engine.needs import Floats

N_THEMES = 48


def embed(texts: Sequence[str]) -> Floats:
    """Unit vectors of texts, such that texts that share turns of phrase point the same way.

    Overlapping runs of two and three characters stand in for words, which Chinese does not part by spaces;
    the weighted counts are reduced to the themes that most of the catalogue shares.

    Parameters
    ----------
    texts : sequence of str
        One text a course; may be empty.

    Returns
    -------
    ndarray (N, K)
        Rows of length 1 (or 0 for a text without words).

    Notes
    -----
    Latent semantic analysis: Deerwester et al. (1990), JASIS 41, 391-407.

    Examples
    --------
    >>> near = embed(["作业设计与评价", "作业设计案例", "校园安全演练"])
    >>> bool(near[0] @ near[1] > near[0] @ near[2])
    True
    """
    if not any(len(text.strip()) > 1 for text in texts):
        return np.zeros((len(texts), 1))
    counts = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True).fit_transform(texts)
    n_themes = min(N_THEMES, counts.shape[0] - 1, counts.shape[1] - 1)
    if n_themes >= 2 and counts.shape[0] > 3:
        vectors = TruncatedSVD(n_themes, random_state=0).fit_transform(counts)
    else:
        vectors = counts.toarray()
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1.0), dtype=np.float64)


def closest(vectors: Floats, chosen_rows: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int64]]:
    """For every text the cosine to the nearest of the chosen ones, and the row of that one.

    A chosen text is not compared with itself. Without chosen ones all cosines are 0 and the rows -1.
    """
    if not len(chosen_rows):
        return np.zeros(len(vectors)), np.full(len(vectors), -1, dtype=np.int64)
    cosines = vectors @ vectors[chosen_rows].T
    cosines[chosen_rows, np.arange(len(chosen_rows))] = -1.0
    best = cosines.argmax(axis=1)
    return cosines[np.arange(len(vectors)), best], chosen_rows[best]
