// The order of the rows: by the column that was clicked, at most once a second, never under somebody's pointer or focus.
const SORT_MS = 1000;

export class Sorting {
  #key = null;
  #sign = 1;
  #sortedAt = 0;
  #table;
  #rows;
  #values;

  // `values` has a function of a row for each column's key.
  constructor(table, rows, values) {
    [this.#table, this.#rows, this.#values] = [table, rows, values];
    for (const header of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => this.#by(header));
      header.append(button);
    }
  }

  sort(isForced = false) {
    const body = this.#table.tBodies[0];
    const isTooEarly = performance.now() - this.#sortedAt < SORT_MS || body.matches(":hover, :focus-within");
    if (!this.#key || (!isForced && isTooEarly)) return;
    this.#sortedAt = performance.now();
    const value = (row) => (row.record || this.#key === "symbol" ? this.#values[this.#key](row) : -Infinity);
    const order = [...this.#rows].sort((a, b) => {
      const x = value(a), y = value(b);
      return this.#sign * (x < y ? -1 : x > y ? 1 : 0) || (a.symbol < b.symbol ? -1 : 1);
    });
    order.forEach((row, place) => { if (body.rows[place] !== row.element) body.insertBefore(row.element, body.rows[place]); });
  }

  #by(header) {
    const key = header.dataset.sort;
    this.#sign = this.#key === key ? -this.#sign : key === "symbol" || key === "state" ? 1 : -1;
    this.#key = key;
    for (const other of this.#table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", this.#sign > 0 ? "ascending" : "descending");
    this.sort(true);
  }
}
