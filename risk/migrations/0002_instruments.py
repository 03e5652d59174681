"""The product's twenty symbols, and the names that data sources use for them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

INSTRUMENTS = [
    ("NIFTY", "Nifty 50", "index"),
    ("BANKNIFTY", "Nifty Bank", "index"),
    ("RELIANCE", "Reliance Industries", "share"),
    ("TCS", "Tata Consultancy Services", "share"),
    ("INFY", "Infosys", "share"),
    ("HDFCBANK", "HDFC Bank", "share"),
    ("ICICIBANK", "ICICI Bank", "share"),
    ("SBIN", "State Bank of India", "share"),
    ("HINDUNILVR", "Hindustan Unilever", "share"),
    ("ITC", "ITC", "share"),
    ("LT", "Larsen & Toubro", "share"),
    ("BAJFINANCE", "Bajaj Finance", "share"),
    ("MARUTI", "Maruti Suzuki India", "share"),
    ("ASIANPAINT", "Asian Paints", "share"),
    ("NESTLEIND", "Nestlé India", "share"),
    ("KOTAKBANK", "Kotak Mahindra Bank", "share"),
    ("AXISBANK", "Axis Bank", "share"),
    ("TATAMOTORS", "Tata Motors", "share"),
    ("HDFC", "Housing Development Finance Corporation (merged into HDFC Bank in July 2023)", "share"),
    ("M&M", "Mahindra & Mahindra", "share"),
]
ALIASES = [
    ("NIFTY50", "NIFTY", "recorded ticks of 2021"),
    ("NIFTY 50", "NIFTY", "NSE index name"),
    ("NIFTY BANK", "BANKNIFTY", "NSE index name"),
    ("NIFTYBANK", "BANKNIFTY", "common spelling"),
]


def add(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    instrument, alias = apps.get_model("risk", "Instrument"), apps.get_model("risk", "SymbolAlias")
    for symbol, name, kind in INSTRUMENTS:
        instrument.objects.get_or_create(symbol=symbol, defaults={"name": name, "kind": kind, "exchange": "NSE"})
    for other, symbol, source in ALIASES:
        known = instrument.objects.get(symbol=symbol)
        alias.objects.get_or_create(alias=other, defaults={"instrument": known, "source": source})


class Migration(migrations.Migration):
    dependencies = [("risk", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
