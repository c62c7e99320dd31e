"""Whether a person's ability changed between two sittings by more than measurement error."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assessment.engine.irt import Bools, Floats


def reliable_change(
    eap_before: npt.ArrayLike, sd_before: npt.ArrayLike, eap_after: npt.ArrayLike, sd_after: npt.ArrayLike
) -> Floats:
    """Change between two sittings in units of its standard error (Jacobson and Truax 1991, their RC).

    Their single standard error of measurement gives way to the two posterior sds; as EAPs are drawn to
    the prior mean, the index errs on the careful side.

    Parameters
    ----------
    eap_before, sd_before, eap_after, sd_after : array_like, broadcast
        Posterior means and sds, sd of the population; sds positive.

    Returns
    -------
    ndarray
        z, positive for a gain.

    Raises
    ------
    ValueError
        If an sd is not positive.

    Examples
    --------
    >>> float(reliable_change(0.0, 0.3, 1.0, 0.4).round(6))
    2.0
    """
    sds: Sequence[Floats] = (np.asarray(sd_before, dtype=np.float64), np.asarray(sd_after, dtype=np.float64))
    if not all((sd > 0).all() for sd in sds):
        raise ValueError("posterior sds must be positive")
    gain = np.asarray(eap_after, dtype=np.float64) - np.asarray(eap_before, dtype=np.float64)
    return np.asarray(gain / np.hypot(*sds))


def is_reliable_change(z: npt.ArrayLike, threshold: float = 1.96) -> Bools:
    """Return whether a change is unlikely (5 %) to be measurement error alone: abs(z) at least 1.96.

    Examples
    --------
    >>> is_reliable_change([-2.4, 1.95, 1.96]).tolist()
    [True, False, True]
    """
    return np.asarray(np.abs(np.asarray(z, dtype=np.float64)) >= threshold)
