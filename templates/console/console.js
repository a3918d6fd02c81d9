// Keys for hands that stay on the keyboard; every page works without this file.
"use strict";
(() => {
  const STORED = "keys-off";
  const PLACES = { s: "/", c: "/campaigns", w: "/waiting", r: "/replies" };
  const dialog = document.getElementById("keys");
  const toggle = document.getElementById("keys-on");
  const opener = document.getElementById("keys-open");
  let after = "";

  const on = () => {
    try { return localStorage.getItem(STORED) === null; } catch { return true; }
  };
  const remember = (wanted) => {
    try {
      if (wanted) localStorage.removeItem(STORED); else localStorage.setItem(STORED, "1");
    } catch { /* a browser that keeps nothing keeps the keys on */ }
  };
  const writing = (at) => at instanceof Element && at.closest("input, textarea, select") !== null;

  const step = (by) => {
    const items = [...document.querySelectorAll("[data-item]")];
    if (items.length === 0) return;
    const now = items.indexOf(document.activeElement);
    const next = now < 0 ? (by > 0 ? 0 : items.length - 1) : now + by;
    const item = items[Math.max(0, Math.min(items.length - 1, next))];
    item.focus();
    item.scrollIntoView({ block: "nearest" });
  };
  const box = () => {
    const field = document.getElementById("q");
    if (field === null) return;
    field.focus();
    field.select();
  };
  const lead = (name) => {
    const link = document.querySelector(`a[rel="${name}"]`);
    if (link !== null) link.click();
  };
  const show = () => { toggle.checked = on(); dialog.showModal(); };
  const acts = { "/": box, j: () => step(1), k: () => step(-1), n: () => lead("next"), p: () => lead("prev") };

  if (matchMedia("(max-width: 56rem)").matches) {
    for (const facets of document.querySelectorAll(".facets details")) facets.open = false;
  }
  opener.hidden = false;
  opener.addEventListener("click", show);
  toggle.addEventListener("change", () => remember(toggle.checked));
  // The menu lies over the page: it goes once somebody turns to anything else.
  const menu = document.querySelector(".more");
  const away = (event) => { if (!menu.contains(event.target)) menu.open = false; };
  document.addEventListener("click", away);
  document.addEventListener("focusin", away);
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.firstElementChild.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (dialog.open || writing(event.target)) return;
    if (event.key === "?") { event.preventDefault(); show(); return; }
    if (!on()) return;
    if (after === "g" && event.key in PLACES) {
      event.preventDefault();
      location.assign(PLACES[event.key]);
    } else if (event.key in acts) {
      event.preventDefault();
      acts[event.key]();
    }
    after = event.key;
  });
})();
