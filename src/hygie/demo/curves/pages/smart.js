// A SMART application in the browser, without a library: SMART App Launch 2.2, public client, PKCE.

const KEPT = "courbes";

export async function settings() {
  return (await fetch("settings.json")).json();
}

// Asks the server that opened this page for the patient of the record, and leaves for it.
export async function leave() {
  const given = new URLSearchParams(location.search);
  const { client, issuers } = await settings();
  const base = given.get("iss") ?? "";
  if (!issuers.includes(base)) throw new Error("Cette application s’ouvre depuis un dossier d’Hygie.");
  const server = await (await fetch(`${base}/.well-known/smart-configuration`)).json();
  const [state, verifier] = [secret(), secret()];
  const redirect = new URL("index.html", location.href).href.split("?")[0];
  const kept = { state, verifier, base, redirect, client, token: server.token_endpoint };
  sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, issuer: server.issuer }));
  const asked = new URLSearchParams({
    response_type: "code", client_id: client, redirect_uri: redirect, state, aud: base,
    launch: given.get("launch") ?? "", scope: "launch patient/Patient.r patient/Observation.rs",
    code_challenge: await challenge(verifier), code_challenge_method: "S256",
  });
  location.replace(`${server.authorization_endpoint}?${asked}`);
}

// What was granted: the patient, and a way to read. The answer is taken out of the address.
export async function arrive() {
  const given = new URLSearchParams(location.search);
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  history.replaceState(null, "", location.pathname);
  if (!kept || given.get("state") !== kept.state || given.get("iss") !== kept.issuer)
    throw new Error("Ouvrez cette application depuis un dossier d’Hygie, onglet « Applications ».");
  if (!given.has("code")) throw new Error("L’accès n’a pas été accordé.");
  const answer = await fetch(kept.token, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code", code: given.get("code"), redirect_uri: kept.redirect,
      client_id: kept.client, code_verifier: kept.verifier,
    }),
  });
  if (!answer.ok) throw new Error("L’accès n’a pas été accordé.");
  const { access_token, patient } = await answer.json();
  const headers = { Authorization: `Bearer ${access_token}`, Accept: "application/fhir+json" };
  const read = async (path) => {
    const found = await fetch(`${kept.base}/${path}`, { headers });
    if (!found.ok) throw new Error("Le dossier n’a pas pu être lu.");
    return found.json();
  };
  return { patient, read };
}

function secret() {
  return encoded(crypto.getRandomValues(new Uint8Array(32)));
}

async function challenge(verifier) {
  const bytes = new TextEncoder().encode(verifier);
  return encoded(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

function encoded(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}
