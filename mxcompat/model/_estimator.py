"""What FeedForward inherits from: scikit-learn's estimator where it is installed."""

from __future__ import annotations

from typing import Any

try:
    from sklearn.base import BaseEstimator  # type: ignore[import-not-found,import-untyped,unused-ignore]
except ImportError:
    BASE_ESTIMATOR: Any = object
    SKLEARN_INSTALLED = False
else:
    BASE_ESTIMATOR = BaseEstimator
    SKLEARN_INSTALLED = True
