// What this device knows without asking: the directory of keys and the lists of revocations.
// All lists are fetched on every visit and none at a scan, so that asking for one tells nobody what was scanned.

import { parseSign1, readCbor, Refusal, verifies } from "./codec.js";

// The directory (keys.json) as this site hands it out: which seal keys, types and status lists an institution has.
// It comes from the same host as this program; `uruk verify` besides checks each key's delegation.

const time = (text) => (text === null ? null : Date.parse(text));

// Adds to the parsed JSON what is asked often: when it was published, in milliseconds.
export function readDirectory(document) {
  if (document?.uruk !== "keys/1" || typeof document.institutions !== "object") throw new Refusal("trust.keys_version", { version: String(document?.uruk) });
  // Without inherited members: a code may name "constructor" as its institution.
  const institutions = Object.assign(Object.create(null), document.institutions);
  return { ...document, institutions, publishedAt: time(document.published) };
}

// The seal key with this key id (hex) and whose it is, or null.
export function findSeal(directory, kid) {
  for (const [code, institution] of Object.entries(directory.institutions)) {
    const seal = institution.seals.find((each) => each.kid === kid);
    if (seal) return { code, institution, seal };
  }
  return null;
}

// Why a signature made between two moments does not count ("not_yet", "retired", "compromised"), or null.
// A code carries no timestamp of its own, so after a compromise none of the key's counts here.
export function keyProblem(seal, earliest, latest) {
  if (seal.compromised_since !== null) return "compromised";
  if (latest < time(seal.from)) return "not_yet";
  return seal.retired_at !== null && earliest >= time(seal.retired_at) ? "retired" : null;
}

// Status lists (IETF Token Status List, CWT form): two bits a document say whether it was revoked or replaced.

const MEDIA_TYPE = "application/statuslist+cwt";
const MAX_BITS_BYTES = 1 << 18;
const MAX_TOKEN_BYTES = 1 << 20;
const [SUBJECT, EXPIRES, ISSUED, STATUS_LIST] = [2, 4, 6, 65533];
const VALUES = ["valid", "revoked", undefined, "replaced"];

// Inflates zlib; a few bytes can become gigabytes, so reading stops at the limit.
async function inflate(compressed) {
  const reader = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    size += value.length;
    if (size > MAX_BITS_BYTES) {
      await reader.cancel();
      throw new Refusal("trust.status_shape");
    }
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function readClaims(payload) {
  const claims = readCbor(payload);
  const list = claims instanceof Map && claims.get(STATUS_LIST);
  const whole = list instanceof Map && list.get("bits") === 2 && list.get("lst") instanceof Uint8Array;
  const times = [claims.get?.(ISSUED), claims.get?.(EXPIRES)];
  if (!whole || typeof claims.get(SUBJECT) !== "string" || !times.every(Number.isInteger)) throw new Refusal("trust.status_shape");
  return { subject: claims.get(SUBJECT), issued: times[0] * 1000, expires: times[1] * 1000, compressed: list.get("lst") };
}

// Reads and verifies a list against the directory: {subject, institution, issued, expires, bits}, times in milliseconds.
export async function readStatusList(token, directory) {
  if (token.length > MAX_TOKEN_BYTES) throw new Refusal("trust.cbor_too_long");
  const envelope = parseSign1(token);
  const found = findSeal(directory, envelope.keyId);
  if (!found || !(await verifies(envelope, found.seal.key))) throw new Refusal("trust.status_signature");
  if (envelope.type !== MEDIA_TYPE) throw new Refusal("trust.status_shape");
  const { compressed, ...claims } = readClaims(envelope.payload);
  if (keyProblem(found.seal, claims.issued, claims.issued)) throw new Refusal("trust.status_signature");
  return { ...claims, institution: found.code, bits: await inflate(compressed) };
}

// What the list says about an index; undefined where it says nothing.
export function statusOf(list, index) {
  if (index >= list.bits.length * 4) return undefined;
  const place = Number(index);
  return VALUES[(list.bits[place >> 2] >> ((place % 4) * 2)) & 3];
}

async function bytesOf(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function listsOf(directory) {
  const paths = Object.values(directory.institutions).flatMap((institution) => Object.values(institution.status_lists));
  const read = paths.map(async (path) => readStatusList(await bytesOf(`/${path}`), directory));
  const settled = await Promise.allSettled(read);
  // A list that does not verify is as good as missing, and the verdict then says so.
  return settled.filter(({ status }) => status === "fulfilled").map(({ value }) => value);
}

// {directory, lists}: from the network when it answers, else what an earlier visit kept.
export async function loadKnowledge() {
  const directory = readDirectory(JSON.parse(new TextDecoder().decode(await bytesOf("/keys.json"))));
  return { directory, lists: await listsOf(directory) };
}
