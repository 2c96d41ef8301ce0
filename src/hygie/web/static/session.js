// Passkeys, and screens left alone. Signing in by password works without this file.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

// What the server asks, as the browser wants it: JSON has no bytes.
function asked(options) {
  const listed = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
  const asked = { ...options, challenge: bytes(options.challenge) };
  if (options.user) asked.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) asked.excludeCredentials = listed(options.excludeCredentials);
  if (options.allowCredentials) asked.allowCredentials = listed(options.allowCredentials);
  return asked;
}

function told(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = text(credential.response[name]);
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
  });
}

// Forms that need a passkey are shown to browsers that have them.
function reveal() {
  const able = Boolean(window.PublicKeyCredential);
  for (const form of document.querySelectorAll("[data-passkey]")) form.hidden = !able;
  for (const note of document.querySelectorAll("[data-passkey-missing]")) note.hidden = able;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-passkey]");
  if (!form || form.elements.reponse.value) return;
  event.preventDefault();
  event.stopPropagation();
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  for (const field of form.querySelectorAll("[data-copies]"))
    field.value = document.getElementById(field.dataset.copies)?.checked ? "oui" : "";
  try {
    const publicKey = asked(JSON.parse(form.dataset.options));
    const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
    form.elements.reponse.value = told(credential);
    form.submit();
  } catch {
    failed.hidden = false;
  }
});

// A screen that nobody uses asks who is there. What a page asks by itself does not count as use;
// nor does this question, which another window may answer by being used.
const alone = { "hygie-poll": "1" };
let idle;
function watch(seconds = Number(document.body.dataset.idle)) {
  clearTimeout(idle);
  if (seconds) idle = setTimeout(look, seconds * 1000);
}
async function look() {
  const answer = await fetch("/moi/securite", { headers: alone, redirect: "manual" }).catch(() => {});
  if (answer?.ok) watch(60);
  else location.reload();
}
const polls = (element) => (element?.getAttribute?.("hx-trigger") ?? "").includes("every");
document.addEventListener("htmx:configRequest", (event) => {
  if (polls(event.detail.elt)) Object.assign(event.detail.headers, alone);
  else watch();
});
document.addEventListener("htmx:afterSettle", reveal);
reveal();
watch();
