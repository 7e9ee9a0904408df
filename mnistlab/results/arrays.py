"""A result as named arrays, for writing and reading."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from mnistlab.errors import StoreError


class ArrayResult:
    """Base of the dataclasses of this folder; a field with a default is optional."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @classmethod
    def of(cls, arrays: Mapping[str, Any], **others: Any) -> Self:
        """Return the result that was written as `arrays`; unknown names are ignored.

        Arguments:
            arrays: name -> NumPy array.
            **others: fields that are not arrays.

        Raises:
            StoreError: if something is missing.
        """
        known = {field.name for field in fields(cls)}
        values = {name: array for name, array in arrays.items() if name in known} | others
        missing = [
            field.name
            for field in fields(cls)
            if field.name not in values and field.default is MISSING and field.default_factory is MISSING
        ]
        if missing:
            raise StoreError(f"The result is damaged: it lacks {', '.join(missing)}.")
        return cls(**values)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by their names, for writing."""
        values = {field.name: getattr(self, field.name) for field in fields(type(self))}
        return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
