// Speaks as the page does: sentences, days and numbers in its language. The words come with the page, from the server.

const [OPEN, CLOSE] = ["\u2068", "\u2069"];
const DAY = 86400e3;
const lang = document.documentElement.lang;
const words = JSON.parse(document.getElementById("words").textContent);

// Digits as readers of this language write them.
export const digits = (value) => (lang === "en" ? String(value) : String(value).replace(/[0-9]/g, (digit) => "٠١٢٣٤٥٦٧٨٩"[digit]));

// Keeps a text from turning the words around it.
const isolated = (text) => OPEN + text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "") + CLOSE;

// A text given in several languages, as a string.
export const told = (text) => (typeof text === "string" ? text : (text?.[lang] ?? text?.ar ?? ""));

// A day, counted from 1970-01-01, in words.
export function day(count) {
  const date = new Date(Number(count) * DAY);
  if (Number.isNaN(date.getTime())) return digits(count);
  const pattern = words.months[date.getUTCMonth()];
  return digits(pattern.replace("{day}", date.getUTCDate()).replace("{year}", date.getUTCFullYear()));
}

// A moment in milliseconds, as its day in Baghdad.
export const dayOfMoment = (moment) => day(Math.floor((moment + 3 * 3600e3) / DAY));

function spoken(name, value) {
  if (name === "date") return day(value);
  return typeof value === "number" ? digits(value) : told(value);
}

// The sentence of a code with its values put in; the code itself where the page has no sentence for it.
export function sentence(code, values = {}) {
  const pattern = words.sentences[code] ?? words.sentences.unknown;
  return pattern.replace(/\u2068?\{([a-z_]+)\}\u2069?/g, (_, name) => isolated(spoken(name, name === "code" ? code : (values[name] ?? "…"))));
}

const grouped = (value) => digits(String(value).replace(/\B(?=(\d{3})+$)/g, lang === "en" ? "," : "٬"));

// A field's value as the reader reads it: choices by name, days in words, money in dinars.
export function fieldText({ type, value, choices }) {
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "string") return choices?.[value] ? told(choices[value].names) : value;
  if (type === "date") return day(value);
  if (type === "money") return words.money.replace("{amount}", grouped(value));
  return digits(value);
}

export const label = (name) => words.labels[name];
export const fieldLabel = ({ label: text, number }) => (text ? told(text) : words.labels.field.replace("{number}", digits(number)));

// Puts a verdict on the page: the same markup the server makes, cloned from a template.

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
