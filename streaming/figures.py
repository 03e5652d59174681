"""How numbers are written on screens.  Pure."""


def indian(number: float, *, decimals: int = 2) -> str:
    """Return the number with Indian grouping (12,34,567.89) and a real minus sign."""
    whole, _, fraction = f"{abs(number):.{decimals}f}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)][::-1]
    sign = "−" if number < 0 else ""
    return sign + ",".join([*pairs, tail]) + (f".{fraction}" if fraction else "")


def signed(number: float, *, decimals: int = 2) -> str:
    """Return the number with an arrow and a sign, so that direction never rests on colour."""
    if number == 0:
        return indian(0, decimals=decimals)
    return ("▲ +" if number > 0 else "▼ −") + indian(abs(number), decimals=decimals)


def duration(seconds: float) -> str:
    """Return a span as `12 s`, `3:07 min`, `2:03:07` or `5 days`."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours < 48 else f"{hours // 24} days"


def size(count: float) -> str:
    """Return a number of bytes as `512 B`, `3.4 MB` or `1.2 GB` (powers of a thousand)."""
    if count < 1000:
        return f"{count:.0f} B"
    for unit in ("kB", "MB", "GB"):
        count /= 1000
        if count < 999.95:
            return f"{count:.1f} {unit}"
    return f"{count / 1000:.1f} TB"
