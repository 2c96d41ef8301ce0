// The patient's laboratory results as a curve, one analyte at a time.

import { arrive } from "./smart.js";

const DAY = { day: "numeric", month: "short", year: "numeric" };
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [720, 320, 56, 16, 16, 36];
const by = (id) => document.getElementById(id);

async function show() {
  const { patient, read } = await arrive();
  const query = `Observation?patient=${patient}&category=laboratory&_sort=-date&_count=500`;
  const [person, found] = await Promise.all([read(`Patient/${patient}`), read(query)]);
  by("who").textContent = named(person);
  const analytes = grouped((found.entry ?? []).map((entry) => entry.resource));
  if (!analytes.length) {
    by("said").textContent = "Aucun résultat chiffré dans ce dossier.";
    return;
  }
  by("said").hidden = true;
  for (const [number, one] of analytes.entries())
    by("analyte").append(new Option(`${one.label} (${one.points.length})`, number));
  by("analyte").addEventListener("change", () => draw(analytes[by("analyte").value]));
  for (const id of ["choice", "figure", "values"]) by(id).hidden = false;
  draw(analytes[0]);
}

function named(person) {
  const by = (use) => person.name?.find((one) => one.use === use);
  const birth = by("official") ?? person.name?.[0] ?? {};
  const family = by("usual")?.family ?? birth.family ?? "";
  const maiden = birth.family && birth.family !== family ? ` (nom de naissance ${birth.family})` : "";
  const born = person.birthDate ? `, né(e) le ${said(new Date(person.birthDate))}` : "";
  return `${family.toUpperCase()} ${birth.given?.[0] ?? ""}${maiden}${born}`;
}

// Those with the most results first; of each, the oldest result first.
function grouped(observations) {
  const analytes = new Map();
  for (const one of observations) {
    const { value, unit = "" } = one.valueQuantity ?? {};
    const at = new Date(one.effectiveDateTime ?? NaN);
    const label = one.code?.text ?? one.code?.coding?.[0]?.display;
    if (typeof value !== "number" || isNaN(at) || !label) continue;
    const key = `${label} ${unit}`;
    if (!analytes.has(key)) analytes.set(key, { label, unit, points: [] });
    const range = one.referenceRange?.[0] ?? {};
    analytes.get(key).points.push({ at, value, low: range.low?.value, high: range.high?.value });
  }
  const all = [...analytes.values()].sort((a, b) => b.points.length - a.points.length);
  for (const one of all) one.points.sort((a, b) => a.at - b.at);
  return all;
}

function draw({ label, unit, points }) {
  const last = points.at(-1);
  const norms = [last.low, last.high].filter((value) => value !== undefined);
  const values = [...points.map((point) => point.value), ...norms];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const margin = (most - least || Math.abs(most) || 1) * 0.1;
  const [from, to] = [points[0].at.getTime(), last.at.getTime()];
  const x = (at) => LEFT + (WIDTH - LEFT - RIGHT) * (to > from ? (at - from) / (to - from) : 0.5);
  const y = (value) =>
    HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * (value - least + margin)) / (most - least + 2 * margin);
  const parts = [];
  if (norms.length) {
    const [top, foot] = [last.high === undefined ? TOP : y(last.high), last.low === undefined ? HEIGHT - BOTTOM : y(last.low)];
    parts.push(shape("rect", { class: "norm", x: LEFT, width: WIDTH - LEFT - RIGHT, y: top, height: foot - top }));
  }
  for (const value of new Set([least, most]))
    parts.push(shape("text", { x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, number(value)));
  parts.push(shape("line", { class: "axis", x1: LEFT, x2: WIDTH - RIGHT, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM }));
  parts.push(shape("text", { x: LEFT, y: HEIGHT - 12 }, said(points[0].at)));
  parts.push(shape("text", { x: WIDTH - RIGHT, y: HEIGHT - 12, "text-anchor": "end" }, said(last.at)));
  const path = points.map((point) => `${x(point.at)},${y(point.value)}`).join(" ");
  parts.push(shape("polyline", { class: "curve", points: path }));
  for (const point of points)
    parts.push(shape("circle", { class: outside(point) ? "point outside" : "point", cx: x(point.at), cy: y(point.value), r: 4 }));
  by("plot").replaceChildren(...parts);
  by("title").textContent = `${label}${unit ? `, en ${unit}` : ""} : ${points.length} résultats, le dernier ${number(last.value)} le ${said(last.at)}.`;
  by("values").tBodies[0].replaceChildren(...points.toReversed().map((point) => row(point, unit)));
}

function row(point, unit) {
  const line = document.createElement("tr");
  const sign = outside(point) ? (point.value > point.high ? " ▲" : " ▼") : "";
  for (const text of [said(point.at), `${number(point.value)} ${unit}${sign}`, norm(point)])
    line.append(Object.assign(document.createElement("td"), { textContent: text }));
  return line;
}

function norm({ low, high }) {
  if (low === undefined) return high === undefined ? "" : `≤ ${number(high)}`;
  return high === undefined ? `≥ ${number(low)}` : `${number(low)} – ${number(high)}`;
}

function outside({ value, low, high }) {
  return value < low || value > high;
}

function shape(kind, attributes, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

const number = (value) => value.toLocaleString("fr-FR");
const said = (at) => at.toLocaleDateString("fr-FR", DAY);

show().catch((error) => {
  by("said").textContent = error.message;
});
