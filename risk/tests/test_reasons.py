import numpy as np
import pytest

from risk.quant.reasons import Reason, text


def test_ok_is_zero_so_that_a_new_array_of_reasons_says_ok() -> None:
    assert [Reason(code) for code in np.zeros(2, dtype=np.int8).tolist()] == [Reason.OK, Reason.OK]


def test_a_reason_reads_as_its_name() -> None:
    assert text(Reason.BELOW_INTRINSIC) == "below_intrinsic"
    assert text(int(Reason.STALE)) == "stale"


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValueError, match="99"):
        text(99)
