"""The files that other systems leave for the shop: the web shop's export, carrier scans and bank payments.

All content is arithmetic over the order number, so the same day gives the same files everywhere.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from api.demo import finance, logistics, orders

ORDERS_PER_DAY = 40
_DOMAINS = ("mail.example", "firm.example", "studio.example")


@dataclass(frozen=True, slots=True)
class _Order:
    number: int
    day: int
    ordered_at: datetime

    @property
    def customer(self) -> int:
        return 100 + self.number * 7 % 17

    @property
    def email(self) -> str:
        """Two customers never gave an address; some have another one since order 60."""
        if self.customer in (104, 111):
            return ""
        moved = self.customer % 5 == 0 and self.number >= 60
        domain = "new.example" if moved else _DOMAINS[self.customer % 3]
        return f"Customer{self.customer}@{domain}"

    @property
    def country(self) -> str:
        moved = self.customer % 4 == 0 and self.number >= 50
        return "nl" if moved else ("de", "fr", "nl")[self.customer % 3]

    @property
    def status(self) -> str:
        if self.number % 11 == 0:
            return "cancelled"
        return "open" if self.number % 7 == 0 else "paid"

    @property
    def lines(self) -> list[tuple[int, str, int, Decimal]]:
        return [
            (line, f"SKU-{(self.number + line) % 12:02d}", 1 + (self.number + line) % 4, self._price(line))
            for line in range(1, 2 + self.number % 3)
        ]

    def _price(self, line: int) -> Decimal:
        return Decimal(490 + (self.number * 1300 + line * 710) % 9000) / 100

    @property
    def total(self) -> Decimal:
        return sum((quantity * price for _, _, quantity, price in self.lines), Decimal(0))


def write_landing(folder: Path, day: int, midnight: datetime, *, broken: bool = False) -> None:
    """Write the three files as they were on a day; ``midnight`` is the start of day 1.

    ``broken`` puts the text that the bank sent by mistake into the last payment.
    """
    placed = list(_orders(day, midnight))
    _write(folder / orders.LANDING, *_export(placed, day >= orders.RENAME_DAY))
    _write(folder / logistics.LANDING, ("shipment_id", "delivered_at", "depot"), _scans(placed))
    payments = list(_payments(placed))
    if broken:
        payments[-1] = (*payments[-1][:2], "EUR 12,50", payments[-1][3])
    _write(folder / finance.LANDING, ("payment_id", "order_id", "paid_amount", "method"), payments)


def _orders(days: int, midnight: datetime) -> Iterator[_Order]:
    for number in range(1, days * ORDERS_PER_DAY + 1):
        day, position = divmod(number - 1, ORDERS_PER_DAY)
        yield _Order(number, day + 1, midnight + timedelta(days=day, hours=8, minutes=5 * position))


def _export(placed: list[_Order], renamed: bool) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    columns = ("order_id", "line_no", "customer_id" if renamed else "cust", "email", "country", "sku")
    columns += ("quantity", "unit_price", "ordered_at", "status", *(("channel",) if renamed else ()))
    return columns, _export_rows(placed, renamed)


def _export_rows(placed: list[_Order], renamed: bool) -> Iterator[tuple[object, ...]]:
    for order in placed:
        channel = (("web", "app", "phone")[order.number % 3],) if renamed else ()
        for line, sku, quantity, price in order.lines:
            yield (
                *(order.number, line, order.customer, order.email, order.country, sku),
                *(quantity, price, _stamp(order.ordered_at), order.status, *channel),
            )


def _scans(placed: list[_Order]) -> Iterator[tuple[object, ...]]:
    for order in placed:
        if order.status != "cancelled" and order.number % 9:
            delivered = order.ordered_at + timedelta(hours=5 + order.number % 6)
            yield f"S{order.number}", _stamp(delivered), ("north", "south")[order.number % 2]


def _payments(placed: list[_Order]) -> Iterator[tuple[object, ...]]:
    for order in placed:
        if order.status == "paid":
            yield 9000 + order.number, order.number, order.total, ("card", "transfer")[order.number % 2]


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
