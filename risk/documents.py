"""What JSON can hold, for documents that are stored as they are."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Account = dict[str, Json]  # of a backtest, as `risk/quality_account.py` shapes it
