// Loaded before the page is painted: puts the chosen theme on <html>, so that nothing flashes.
(() => {
  "use strict";
  const root = document.documentElement;
  const preferred = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  const apply = (theme) => {
    root.classList.remove("dark", "light");
    root.classList.add(theme);
  };
  const stored = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  const keep = (theme) => {
    try { localStorage.setItem("theme", theme); } catch { /* a private window forgets */ }
  };
  apply(stored() ?? preferred);
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = root.classList.contains("dark") ? "light" : "dark";
      apply(next);
      keep(next);
    });
  });
})();
