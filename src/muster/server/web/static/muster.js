// Small conveniences; every page works without them. No inline handlers: whatever acts is marked with a data attribute.
(() => {
  "use strict";

  const copy = async (button) => {
    const text = button.dataset.copy ?? document.getElementById(button.dataset.copyFrom)?.textContent ?? "";
    await navigator.clipboard.writeText(text.trim());
    const before = button.textContent;
    button.textContent = button.dataset.done;
    document.getElementById("live").textContent = button.dataset.done;
    setTimeout(() => { button.textContent = before; }, 1500);
  };

  const list = () => [...document.querySelectorAll("[data-list] > *")].filter((item) => item.querySelector("a"));

  const walk = (step) => {
    const items = list();
    if (!items.length) return;
    const at = items.findIndex((item) => item.classList.contains("at"));
    const next = Math.min(items.length - 1, Math.max(0, at + step));
    items[at]?.classList.remove("at");
    items[next].classList.add("at");
    items[next].querySelector("a").focus();
  };

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "j") walk(1);
    if (event.key === "k") walk(-1);
    if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search) { event.preventDefault(); search.focus(); }
    }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (button) copy(button);
  });

  // A filter applies as soon as it is chosen; the button stays for those without scripts.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });

  // Autosave says what it is doing; an answer that did not arrive is never taken for saved.
  const saving = () => document.getElementById("saving");
  document.addEventListener("htmx:beforeRequest", () => { if (saving()) saving().textContent = saving().dataset.busy; });
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(failure, () => { if (saving()) saving().textContent = saving().dataset.failed; });
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!new URL(event.detail.xhr.responseURL).pathname.startsWith("/accounts/")) return;
    event.detail.shouldSwap = false;
    window.location.reload();
  });

  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();
})();
