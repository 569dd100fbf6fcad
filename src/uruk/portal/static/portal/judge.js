// Judging a code offline: seal, key, status, dates, freshness; the worst finding answers. The same rules as uruk.trust.verify,
// held together by tests/vectors/qr.json. exit: 0 issued, 1 refused, 2 cannot tell. Days count from 1970-01-01.

import { base32Leniently, base32Strictly, hex, isWhole, parseSign1, readCbor, Refusal, verifies } from "./codec.js";
import { findSeal, keyProblem, statusOf } from "./knowledge.js";

// The text of a code, and the sealed summary inside it.

const MAX_COSE_BYTES = 480;
const LAST_DAY = 2932896; // 31 December 9999, counted from 1 January 1970
const FIRST_IGNORABLE_KEY = 64;

const isNumber = (value) => isWhole(value) && value >= 0;

function isCutShort(data) {
  if (!data.length) return true;
  try {
    readCbor(data.subarray(1));
  } catch (error) {
    return error.code === "trust.cbor_cut_short";
  }
  return false;
}

// Splits a scanned or typed code into host ("" for the fragment alone) and COSE bytes.
function readQr(text) {
  const trimmed = text.trim();
  const mark = trimmed.lastIndexOf("#");
  const fragment = trimmed.slice(mark + 1);
  if (mark < 0 && !/^[\p{L}\p{N}]+$/u.test(fragment)) throw new Refusal("trust.qr_not_ours");
  if (Array.from(fragment).length > 2 * MAX_COSE_BYTES) throw new Refusal("trust.qr_not_ours");
  try {
    if (isCutShort(base32Leniently(fragment))) throw new Refusal("trust.qr_cut_short");
    return { host: trimmed.slice(0, Math.max(mark, 0)), cose: base32Strictly(fragment) };
  } catch (error) {
    throw error.code === "trust.qr_cut_short" ? error : new Refusal("trust.qr_changed");
  }
}

function check(holds) {
  if (!holds) throw new Refusal("trust.qr_shape");
}

const isDay = (value) => isNumber(value) && value <= LAST_DAY;
const isBytes = (value, length) => value instanceof Uint8Array && value.length === length;
const isValue = (value) => isWhole(value) || typeof value === "string" || typeof value === "boolean";

function checkShape(value) {
  check(typeof value.get(1) === "string" && isNumber(value.get(2)) && isBytes(value.get(3), 16) && isDay(value.get(4)));
  check(!value.has(5) || isDay(value.get(5)));
  const place = value.get(6);
  check(Array.isArray(place) && place.length === 2 && place.every(isNumber));
  const fields = value.get(7);
  check(fields instanceof Map && [...fields].every(([key, item]) => isNumber(key) && isValue(item)));
  check(!value.has(8) || isBytes(value.get(8), 32));
  check(!value.has(9) || (Array.isArray(value.get(9)) && value.get(9).every(isNumber)));
}

// Reads a sealed summary: days count from 1970-01-01; unknown keys below 64 mean that a newer version made it.
function readPayload(bytes) {
  const value = readCbor(bytes);
  check(value instanceof Map && [...value.keys()].every(isWhole));
  const unknown = [...value.keys()].some((key) => key < 0 || (key > 9 && key < FIRST_IGNORABLE_KEY));
  if (value.get(0) !== 1 || unknown) throw new Refusal("trust.qr_newer");
  checkShape(value);
  const [year, index] = value.get(6);
  return {
    institution: value.get(1),
    type: value.get(2),
    id: value.get(3),
    issued: value.get(4),
    expires: value.get(5) ?? null,
    year,
    index,
    fields: value.get(7),
    original: value.get(8) ?? null,
    shortened: value.get(9) ?? [],
  };
}

const DAY = 86400e3;
const BAGHDAD = 3 * 3600e3;
const KEYS_MAX_AGE = 8 * DAY;
const CLOCK_TOLERANCE = 5 * 60e3;
const [GENUINE, REFUSED, UNDECIDED] = [0, 1, 2];
const UNDECIDED_CODES = new Set(["trust.qr_cut_short", "trust.qr_not_ours", "trust.qr_newer", "trust.cose_critical"]);

const dayOf = (moment) => Math.floor((moment + BAGHDAD) / DAY);
const outcomeOf = (code) => (UNDECIDED_CODES.has(code) ? UNDECIDED : REFUSED);

function refusal(error) {
  if (!(error instanceof Refusal)) throw error;
  // Where the bytes went wrong does not help whoever holds the paper: the code was changed.
  const plain = error.code.startsWith("trust.qr_") || UNDECIDED_CODES.has(error.code) || error.exit !== undefined;
  const code = plain ? error.code : "trust.qr_changed";
  return { exit: error.exit ?? outcomeOf(code), code, values: plain ? error.values : {}, fields: [], warnings: [] };
}

function answer(code, exit, values) {
  const error = new Refusal(`trust.${code}`, values);
  error.exit = exit;
  return error;
}

// A key we do not know: of an institution we know it is foreign, unless our keys are older than the document.
function unlisted(payload, directory) {
  const institution = directory.institutions[payload.institution];
  if (!institution) return answer("issuer_unlisted", UNDECIDED, { institution: payload.institution.slice(0, 64) });
  const published = dayOf(directory.publishedAt);
  if (payload.issued >= published) return answer("keys_older", UNDECIDED, { institution: institution.names, date: published });
  return answer("qr_other_key", REFUSED, { institution: institution.names });
}

function newestList({ institution, code, payload, directory, lists }) {
  const path = institution.status_lists[payload.year];
  const subject = path === undefined ? null : directory.host + path;
  const found = lists.filter((list) => list.subject === subject && list.institution === code);
  return found.reduce((best, list) => (!best || list.issued > best.issued ? list : best), null);
}

function* refusals({ institution, code, seal, payload, directory, status, today }) {
  const names = { institution: institution.names };
  if (payload.institution !== code) {
    const claimed = directory.institutions[payload.institution];
    yield ["qr_other_key", { institution: claimed ? claimed.names : payload.institution.slice(0, 64) }];
  }
  const start = payload.issued * DAY - BAGHDAD;
  const problem = keyProblem(seal, start, start + DAY - 1);
  if (problem === "compromised") yield ["seal_compromised", { ...names, date: dayOf(Date.parse(seal.compromised_since)) }];
  else if (problem) yield [`seal_${problem}`, names];
  if (status === "revoked" || status === "replaced") yield [`document_${status}`, names];
  if (payload.expires !== null && payload.expires < today) yield ["document_expired", { ...names, date: payload.expires }];
}

function* doubts({ institution, payload, directory, list, status, type, at, today }) {
  const known = [directory.publishedAt, ...(list ? [list.issued] : [])];
  if (known.some((moment) => at + CLOCK_TOLERANCE < moment) || payload.issued > today) yield ["clock_wrong", { date: today }];
  if (!type) yield ["type_unlisted", { institution: institution.names }];
  if (!list || status === undefined) yield ["status_missing", { institution: institution.names }];
  else if (at >= list.expires) yield ["status_stale", { date: dayOf(list.issued) }];
  if (at - directory.publishedAt > KEYS_MAX_AGE) yield ["keys_stale", { date: dayOf(directory.publishedAt) }];
}

function fieldValues({ payload, type }) {
  const known = type?.fields ?? {};
  return [...payload.fields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([number, value]) => {
    const entry = known[number] ?? { name: String(number), label: null, type: "text" };
    return { number, ...entry, value, shortened: payload.shortened.includes(number) };
  });
}

function findings(one) {
  const { payload, institution, code, type, status, list, directory } = one;
  const warnings = [directory.demonstration && "trust.demonstration", "trust.time_by_institution", payload.shortened.length && "trust.fields_shortened"];
  return {
    institution: institution.names,
    institutionCode: code,
    type: type?.names ?? null,
    typeCode: type?.code ?? null,
    id: hex(payload.id),
    fields: fieldValues(one),
    issued: payload.issued,
    expires: payload.expires,
    status: status ?? "unknown",
    statusUntil: list?.issued ?? null,
    original: payload.original && hex(payload.original),
    warnings: warnings.filter(Boolean),
  };
}

function judge(one) {
  const all = findings(one);
  for (const [code, values] of refusals(one)) return { exit: REFUSED, code: `trust.${code}`, values, ...all };
  for (const [code, values] of doubts(one)) return { exit: UNDECIDED, code: `trust.${code}`, values, ...all };
  const code = one.payload.original === null ? "trust.issued" : "trust.issued_original";
  return { exit: GENUINE, code, values: { institution: one.institution.names, type: all.type, date: all.issued }, ...all };
}

async function verifyCose(cose, directory, lists, at) {
  const envelope = parseSign1(cose);
  const found = findSeal(directory, envelope.keyId);
  if (!found) throw unlisted(readPayload(envelope.payload), directory);
  if (!(await verifies(envelope, found.seal.key))) throw new Refusal("trust.qr_changed");
  const payload = readPayload(envelope.payload);
  const one = { ...found, payload, directory, lists, at, today: dayOf(at), type: found.institution.types[payload.type] };
  one.list = newestList(one);
  one.status = one.list ? statusOf(one.list, payload.index) : undefined;
  return judge(one);
}

// The verdict on a code's text at a moment (milliseconds), asking nobody.
export async function verifyQr(text, directory, lists, at) {
  const trimmed = text.trim();
  if (trimmed && `${directory.host}#`.startsWith(trimmed)) return refusal(new Refusal("trust.qr_cut_short"));
  let read;
  try {
    read = readQr(trimmed);
  } catch (error) {
    return refusal(error);
  }
  const verdict = await verifyCose(read.cose, directory, lists, at).catch(refusal);
  if (!read.host || read.host === directory.host) return verdict;
  return { ...verdict, exit: REFUSED, code: "trust.qr_foreign_host", values: { host: read.host.slice(0, 100) } };
}
