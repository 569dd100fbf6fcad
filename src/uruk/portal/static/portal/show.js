// Puts a verdict on the page: the same markup the server makes, cloned from a template.

import { day, dayOfMoment, fieldLabel, fieldText, label, sentence, told } from "./words.js";

// A sealed letter's text is not checked by its code: no green before the file is uploaded.
const toneOf = ({ exit, code }) => (code === "trust.issued_original" ? "wait" : ["good", "bad", "wait"][exit]);

function fact(name, value, note = "") {
  const row = document.createElement("div");
  const [term, description, text] = ["dt", "dd", "bdi"].map((tag) => document.createElement(tag));
  term.textContent = name;
  text.textContent = value;
  description.append(text);
  if (note) description.append(Object.assign(document.createElement("small"), { className: "soft", textContent: ` ${note}` }));
  row.append(term, description);
  return row;
}

function facts(verdict) {
  return [
    verdict.institution && fact(label("institution"), told(verdict.institution)),
    verdict.type && fact(label("type"), told(verdict.type)),
    ...verdict.fields.map((field) => fact(fieldLabel(field), fieldText(field), field.shortened ? label("shortened") : "")),
    verdict.issued !== undefined && fact(label("issued"), day(verdict.issued)),
    verdict.expires && fact(label("expires"), day(verdict.expires)),
    verdict.statusUntil && fact(label("known"), dayOfMoment(verdict.statusUntil)),
  ].filter(Boolean);
}

function remark(code) {
  return Object.assign(document.createElement("li"), { textContent: sentence(code) });
}

// Shows a verdict, or with null removes the one that stands there.
export function show(verdict) {
  const place = document.getElementById("result");
  place.replaceChildren();
  if (!verdict) return;
  const card = document.getElementById("verdict").content.cloneNode(true);
  const slot = (name) => card.querySelector(`[data-slot="${name}"]`);
  card.querySelector(".verdict").classList.add(toneOf(verdict));
  slot("sentence").textContent = sentence(verdict.code, verdict.values);
  slot("facts").replaceChildren(...facts(verdict));
  slot("facts").hidden = !slot("facts").children.length;
  slot("warnings").replaceChildren(...verdict.warnings.map(remark));
  slot("warnings").hidden = verdict.warnings.length === 0;
  place.append(card);
  place.focus();
  place.scrollIntoView({ block: "start" });
}

// A line for the eye and the screen reader while something is under way.
export function tell(text) {
  document.getElementById("progress").textContent = text;
}
