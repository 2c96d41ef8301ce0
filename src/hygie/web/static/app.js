// Small comforts for the keyboard. Every page works without this file.

// "/" goes to the search field; elsewhere it is an ordinary character.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  const field = document.querySelector("[data-shortcut-slash]");
  if (event.key !== "/" || typing || !field) return;
  event.preventDefault();
  if (field.matches("a")) field.click();
  else field.focus();
});

// Up and down walk through a list of results.
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const list = event.target.closest("[data-arrows]");
  if (!step || !list) return;
  const links = [...list.querySelectorAll("a")];
  const next = links[links.indexOf(event.target.closest("a")) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

// The arrows walk through the fields of a message; Escape leaves them.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("[data-fields] [tabindex]");
  if (!field) return;
  if (event.key === "Escape") field.blur();
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const fields = [...field.closest("[data-fields]").querySelectorAll("[tabindex]")];
  const next = fields[fields.indexOf(field) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

// A field that is chosen brings its value to be corrected.
document.addEventListener("change", (event) => {
  const target = document.getElementById(event.target.dataset?.fills ?? "");
  if (target) target.value = event.target.selectedOptions[0].dataset.value;
});

// Ctrl and Enter, or Command and Enter, send a text of several lines.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("[data-submit-keys]");
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !field) return;
  event.preventDefault();
  field.form.requestSubmit();
});

// A code behind the # of an address goes into its field, and leaves the address.
const awaited = document.querySelector("[data-from-hash]");
if (awaited && location.hash.length > 1) {
  awaited.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}

// A file that is chosen becomes the text beside it, in the encoding that spreadsheets write.
document.addEventListener("change", async (event) => {
  const target = document.getElementById(event.target.dataset?.reads ?? "");
  const file = event.target.files?.[0];
  if (!target || !file) return;
  const content = await file.arrayBuffer();
  try {
    target.value = new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    target.value = new TextDecoder("windows-1252").decode(content);
  }
});

// After htmx has put a new page in place, the reader starts at what changed.
document.addEventListener("htmx:afterSettle", (event) => {
  const place = document.querySelector("[data-focus]") || document.querySelector("h1");
  if (event.target === document.body && place) place.focus({ preventScroll: true });
});

// A record must not stay readable through the back button once its reader has signed out.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
