// What makes the desk quicker. Every page works without it.
"use strict";

// A row opens on click; its link opens it on Enter.
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, form") || String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href);
  else location.assign(row.dataset.href);
});

// A choice in a filter takes effect at once.
for (const form of document.querySelectorAll("form[data-submits]")) {
  form.addEventListener("change", (event) => {
    if (event.target.tagName === "SELECT") form.requestSubmit();
  });
}

// #resolve in the address opens that form.
function openNamed() {
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (!(named instanceof HTMLDetailsElement)) return;
  named.open = true;
  named.querySelector("textarea, input:not([type=hidden])")?.focus();
}
addEventListener("hashchange", openNamed);
openNamed();

// A form that opens has its field ready to write in.
for (const details of document.querySelectorAll(".actions details")) {
  details.addEventListener("toggle", () => {
    if (details.open) details.querySelector("textarea, input:not([type=hidden])")?.focus();
  });
}

// A second click on the way does not send twice.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
