// The live page: speaks the batch form of /ws/risk-stream and writes into the server-rendered table.
// State lives in a map; the screen is written once per animation frame; a gap in the numbers asks for a snapshot.
(() => {
  "use strict";
  const SILENCE_MS = 12000, FLASH_MS = 1000, SORT_MS = 1000, ANNOUNCE_MS = 5000, LONGEST_WAIT_MS = 15000;
  const table = document.getElementById("risks"), body = table.tBodies[0];
  const byId = (id) => document.getElementById(id);
  const staleAfterMs = Number(table.dataset.staleAfter) * 1000;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const number = (digits) => new Intl.NumberFormat("en-IN", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const two = number(2), three = number(3);
  const istClock = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Kolkata", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const istMoment = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Kolkata", dateStyle: "medium", timeStyle: "medium" });
  const rows = new Map(), dirty = new Set();
  let facts = null, source = table.dataset.source, offsetMs = 0, newestMs = 0, heardAt = 0, dataAt = 0;
  let stream = null, seq = -1, awaiting = false, tries = 0, socket = null, scheduled = false;
  let paused = false, sortKey = null, sortSign = 1, sortedAt = 0, announcedAt = 0;

  for (const element of body.querySelectorAll("tr[data-symbol]")) {
    const pick = (selector) => element.querySelector(selector);
    const row = {
      element, symbol: element.dataset.symbol, record: null, flashedAt: 0, shown: {},
      price: pick(".price"), change: pick(".change"), figure: pick(".figure"), fill: pick(".fill"), sev: pick(".sev"),
      icon: pick(".sev use"), word: pick(".sev span"), move: pick(".move"), cost: pick(".cost"), state: pick(".state"), age: pick("td.age"),
    };
    rows.set(row.symbol, row);
    if (element.dataset.record) take(JSON.parse(element.dataset.record));
  }
  noteTime([...rows.values()].flatMap((row) => row.record ?? []));

  function take(record) {
    const row = rows.get(record.symbol);
    if (!row) return;
    const old = row.record;
    row.record = { ...record, tickMs: Date.parse(record.tick_time) };
    dirty.add(row);
    if (old && record.severity !== old.severity && /HIGH|CRITICAL/.test(record.severity)) announce(record);
  }

  // A replay lives in its recorded time: its clock is the newest instant among what came last.
  function noteTime(records) {
    const times = records.filter((record) => record.source === source).map((record) => Date.parse(record.timestamp));
    if (times.length) newestMs = Math.max(...times);
  }
  const clockOf = (of) => (of === "replay" && source === "replay" ? newestMs : Date.now() + offsetMs);
  const isOfFeed = (row) => row.record.source === source;
  const ageOf = (row) => (row.record ? Math.max(0, clockOf(row.record.source) - row.record.tickMs) : Infinity);
  const isStale = (row) => /^(OK|PRIOR)$/.test(row.record.state) && ageOf(row) > staleAfterMs;
  // What another feed left behind says so, instead of passing for this one's.
  const stateOf = (row) => (!isOfFeed(row) ? row.record.source.toUpperCase() : isStale(row) ? "STALE" : row.record.state);

  // Writes a value only where it differs from what is shown.
  function put(row, key, node, text) {
    if (row.shown[key] === text) return false;
    row.shown[key] = text;
    node.textContent = text;
    return true;
  }

  function paint(row) {
    const r = row.record, change = r.change_percent;
    const moved = put(row, "price", row.price, two.format(r.price));
    const arrow = change > 0 ? "▲ +" : change < 0 ? "▼ −" : "";
    put(row, "change", row.change, change === null ? "–" : arrow + two.format(Math.abs(change)));
    row.change.className = `n change ${change > 0 ? "up" : change < 0 ? "down" : ""}`;
    put(row, "score", row.figure, three.format(r.risk_score));
    row.fill.setAttribute("width", (100 * r.risk_score).toFixed(1));
    if (put(row, "severity", row.word, r.severity)) {
      row.icon.setAttribute("href", `${table.dataset.icons}#${r.severity}`);
      row.fill.setAttribute("class", `fill ${r.severity}`);
      row.sev.className = `sev ${r.severity}`;
    }
    put(row, "move", row.move, "± " + two.format(r.expected_move));
    put(row, "cost", row.cost, three.format(r.protection_cost));
    if (moved) flash(row);
  }

  function flash(row) {
    const now = performance.now();
    if (still.matches || now - row.flashedAt < FLASH_MS) return;
    row.flashedAt = now;
    const colour = getComputedStyle(document.documentElement).getPropertyValue("--flash");
    row.price.animate([{ backgroundColor: colour }, { backgroundColor: "transparent" }], { duration: 700 });
  }

  function paintAges() {
    for (const row of rows.values()) {
      if (!row.record) continue;
      const state = stateOf(row);
      put(row, "age", row.age, duration(ageOf(row)));
      if (put(row, "state", row.state, state)) row.state.className = `state ${state}`;
      row.element.classList.toggle("stale", state === "STALE" || !isOfFeed(row));
    }
  }

  function duration(ms) {
    const s = Math.max(0, Math.floor(ms / 1000)), pad = (n) => String(n).padStart(2, "0");
    if (s < 60) return `${s} s`;
    if (s < 3600) return `${Math.floor(s / 60)}:${pad(s % 60)} min`;
    return s < 172800 ? `${Math.floor(s / 3600)}:${pad(Math.floor(s / 60) % 60)}:${pad(s % 60)}` : `${Math.floor(s / 86400)} days`;
  }

  function flush() {
    scheduled = false;
    if (paused) return;
    if (dirty.size) {
      for (const row of dirty) paint(row);
      dirty.clear();
      paintCounts();
    }
    sort();
  }
  function schedule() {
    if (scheduled) return;
    scheduled = true;
    if (document.hidden) setTimeout(flush, 1000); else requestAnimationFrame(flush);
  }

  function paintCounts() {
    const counts = {};
    for (const row of rows.values()) if (row.record) counts[row.record.severity] = (counts[row.record.severity] ?? 0) + 1;
    for (const item of document.querySelectorAll("[data-count]")) {
      const count = counts[item.dataset.count] ?? 0;
      item.querySelector("b").textContent = count;
      item.classList.toggle("zero", !count);
    }
  }

  function announce(record) {
    if (Date.now() - announcedAt < ANNOUNCE_MS) return;
    announcedAt = Date.now();
    byId("announcer").textContent = `${record.symbol} is ${record.severity}, score ${three.format(record.risk_score)}`;
  }

  const SORT_BY = {
    symbol: (row) => row.symbol, price: (row) => row.record.price, change: (row) => row.record.change_percent ?? -Infinity,
    score: (row) => row.record.risk_score, move: (row) => row.record.expected_move, cost: (row) => row.record.protection_cost,
    state: (row) => stateOf(row), age: (row) => ageOf(row),
  };
  // At most once a second, and never under somebody's pointer or focus.
  function sort(force = false) {
    if (!sortKey || (!force && (performance.now() - sortedAt < SORT_MS || body.matches(":hover, :focus-within")))) return;
    sortedAt = performance.now();
    const value = (row) => (row.record || sortKey === "symbol" ? SORT_BY[sortKey](row) : -Infinity);
    const order = [...rows.values()].sort((a, b) => {
      const x = value(a), y = value(b);
      return sortSign * (x < y ? -1 : x > y ? 1 : 0) || (a.symbol < b.symbol ? -1 : 1);
    });
    order.forEach((row, place) => { if (body.rows[place] !== row.element) body.insertBefore(row.element, body.rows[place]); });
  }
  function sortBy(header, key) {
    sortSign = sortKey === key ? -sortSign : key === "symbol" || key === "state" ? 1 : -1;
    sortKey = key;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", sortSign > 0 ? "ascending" : "descending");
    sort(true);
  }
  for (const header of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sortBy(header, header.dataset.sort));
    header.append(button);
  }

  const BADGES = { simulated: "SIMULATED", replay: "REPLAY", live: "LIVE DATA" };
  const PHASES = { open: "Open", pre_open: "Pre-open", closing_auction: "Closing auction", post_close: "Post-close", closed: "Closed", not_covered: "Not in calendar" };
  function paintHeader() {
    const now = Date.now(), silent = heardAt > 0 && now - heardAt > SILENCE_MS, open = socket?.readyState === WebSocket.OPEN;
    const stalled = facts && /stalled|frozen/.test(facts.feed_state);
    document.body.classList.toggle("disconnected", silent);
    byId("clock").textContent = source === "replay" && newestMs ? istMoment.format(newestMs) : istClock.format(now + offsetMs);
    byId("age").textContent = dataAt ? duration(now - dataAt) : "–";
    byId("lag").textContent = facts?.pipeline_lag_ms == null ? "–" : `${number(0).format(facts.pipeline_lag_ms)} ms`;
    byId("badge").textContent = BADGES[source] ?? "NO DATA";
    byId("badge").className = `badge ${source}`;
    const words = silent ? "Disconnected" : !open ? "Connecting…" : stalled ? "Pipeline stalled" : facts?.feed_state === "stale" ? "Feed stale" : "Connected";
    byId("connection").dataset.state = silent || stalled ? "lost" : open && words === "Connected" ? "open" : "wait";
    byId("connection").lastElementChild.textContent = words;
    paintSession(now + offsetMs);
    const when = newestMs ? `${istMoment.format(newestMs)} IST` : "the beginning";
    const banner = silent ? `Disconnected. Data as of ${when}.` : stalled ? `Pipeline stopped since ${when}. What is shown below is as of then.` : "";
    if (silent || facts) {  // until the first heartbeat what the server wrote holds
      if (byId("banner").textContent !== banner) byId("banner").textContent = banner;
      byId("banner").hidden = !banner;
    }
    if (!paused) paintAges();
  }
  function paintSession(nowMs) {
    if (!facts) return;
    const { phase, until } = facts.session, clockMs = source === "replay" ? newestMs : nowMs;
    const left = until ? ` · ${phase === "open" ? "closes" : "next"} in ${duration(Date.parse(until) - clockMs)}` : "";
    byId("session").textContent = (PHASES[phase] ?? "Unknown") + left;
  }

  // --- the socket ------------------------------------------------------------------------------------------------
  function connect() {
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/risk-stream`, ["risk-stream"]);
    socket.addEventListener("open", () => { stream = null; subscribe(); });
    socket.addEventListener("message", (event) => { hear(JSON.parse(event.data)); });
    socket.addEventListener("close", (event) => {
      if (event.code === 4401) { location.reload(); return; }
      const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** tries++);
      setTimeout(connect, wait * (0.5 + Math.random() / 2));
    });
  }
  function subscribe() {
    awaiting = true;
    socket.send(JSON.stringify({ type: "subscribe", batch: true, live: true }));
  }
  function hear(frame) {
    heardAt = Date.now();
    if (frame.type === "heartbeat") {
      facts = frame.data;
      offsetMs = Date.parse(facts.server_time) - heardAt;
      source = facts.source ?? source;
      paintHeader();
    }
    if (awaiting && frame.type !== "snapshot") return;
    const before = frame.type === "risk_batch" ? frame.prev : ["alert", "run", "config"].includes(frame.type) ? frame.seq - 1 : frame.seq;
    if (frame.type !== "snapshot" && (frame.stream !== stream || before > seq)) { subscribe(); return; }
    if (frame.type === "snapshot") { awaiting = false; tries = 0; }
    stream = frame.stream;
    seq = frame.seq;
    if (frame.type === "config") { location.reload(); return; }  // thresholds and marks come from the server
    if (frame.type !== "snapshot" && frame.type !== "risk_batch") return;
    if (frame.type === "risk_batch" && frame.data.length) {
      dataAt = heardAt;
      source = frame.data[0].source;
    }
    frame.data.forEach(take);
    noteTime(frame.data);
    schedule();
  }

  function pause() {
    paused = !paused;
    byId("pause").setAttribute("aria-pressed", String(paused));
    byId("pause").textContent = paused ? "Paused" : "Pause";
    schedule();
  }
  byId("pause").hidden = false;
  byId("pause").addEventListener("click", pause);
  document.addEventListener("keydown", (event) => {
    if (event.key === "p" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, textarea, select")) pause();
  });
  heardAt = Date.now();
  setInterval(paintHeader, 1000);
  connect();
})();
