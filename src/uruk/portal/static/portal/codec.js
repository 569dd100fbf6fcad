// Base32, CBOR and COSE, each read in the one form we write; everything else is refused with a code.

// A coded error; the sentences stand with the server's, in errors.yaml, and come with the page.
export class Refusal extends Error {
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

// Unpadded base32 (RFC 4648 section 6) in either case; what does not write back to the same text is refused.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const IMPOSSIBLE = new Set([1, 3, 6]); // lengths modulo 8 that no whole number of bytes has

// Only a–z are raised: toUpperCase turns other letters (ſ, ı) into ours.
function valueOf(letter, position) {
  const value = LETTERS.indexOf(letter >= "a" && letter <= "z" ? letter.toUpperCase() : letter);
  if (value < 0) throw new Refusal("trust.base32_character", { position });
  return value;
}

function readLetters(text) {
  const values = Array.from(text, (letter, i) => valueOf(letter, i + 1));
  const whole = values.length - (IMPOSSIBLE.has(values.length % 8) ? 1 : 0);
  const bytes = [];
  let [word, bits] = [0, 0];
  for (const value of values.slice(0, whole)) {
    word = ((word << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes.push((word >> (bits -= 8)) & 0xff);
  }
  return { bytes: Uint8Array.from(bytes), rest: word & ((1 << bits) - 1) };
}

// The whole bytes of a text that may have been cut anywhere.
export function base32Leniently(text) {
  return readLetters(text).bytes;
}

export function base32Strictly(text) {
  const { bytes, rest } = readLetters(text);
  if (IMPOSSIBLE.has(text.length % 8)) throw new Refusal("trust.base32_length");
  if (rest) throw new Refusal("trust.base32_ending");
  return bytes;
}

// Deterministic CBOR (RFC 8949 section 4.2.1) and nothing else: no floats, tags or open lengths, no longer form than needed.
// Maps become Map objects; integers beyond 2^53 become BigInt.

const MAX_BYTES = 1 << 20;
const MAX_DEPTH = 16;
const WIDTHS = { 24: 1, 25: 2, 26: 4, 27: 8 };
const SIMPLE = new Map([[20, false], [21, true], [22, null]]);

const plain = (number) => (number <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(number) : number);
export const isWhole = (value) => typeof value === "number" || typeof value === "bigint";

function compare(a, b) {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

class Reader {
  constructor(data) {
    this.data = data;
    this.at = 0;
  }

  take(count) {
    if (count > this.data.length - this.at) throw new Refusal("trust.cbor_cut_short");
    this.at += Number(count);
    return this.data.subarray(this.at - Number(count), this.at);
  }

  head() {
    const first = this.take(1)[0];
    const [major, info] = [first >> 5, first & 31];
    if (info < 24) return { major, number: info };
    const width = WIDTHS[info];
    if (!width || major === 7) throw new Refusal("trust.cbor_not_deterministic");
    const number = this.take(width).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
    if (number < (width === 1 ? 24n : 1n << BigInt(4 * width))) throw new Refusal("trust.cbor_not_deterministic");
    return { major, number: plain(number) };
  }

  read(depth) {
    if (depth > MAX_DEPTH) throw new Refusal("trust.cbor_too_deep");
    const { major, number } = this.head();
    if (major === 0) return number;
    if (major === 1) return typeof number === "bigint" ? -1n - number : -1 - number;
    if (major === 2) return this.take(number);
    if (major === 3) return this.text(number);
    if (major === 4) return this.array(number, depth);
    if (major === 5) return this.map(number, depth);
    if (major === 7 && SIMPLE.has(number)) return SIMPLE.get(number);
    throw new Refusal("trust.cbor_not_deterministic");
  }

  text(length) {
    const bytes = this.take(length);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Refusal("trust.cbor_text");
    }
  }

  array(length, depth) {
    this.roomFor(length, 1);
    return Array.from({ length }, () => this.read(depth + 1));
  }

  map(length, depth) {
    this.roomFor(length, 2);
    const result = new Map();
    let previous = new Uint8Array();
    for (let i = 0; i < length; i++) {
      const start = this.at;
      const key = this.read(depth + 1);
      const encoded = this.data.subarray(start, this.at);
      if (!(isWhole(key) || typeof key === "string") || compare(encoded, previous) <= 0) {
        throw new Refusal("trust.cbor_not_deterministic");
      }
      previous = encoded;
      result.set(key, this.read(depth + 1));
    }
    return result;
  }

  // An item takes at least one byte: a length that cannot fit must not make us loop.
  roomFor(length, each) {
    if (BigInt(length) * BigInt(each) > BigInt(this.data.length - this.at)) throw new Refusal("trust.cbor_cut_short");
  }
}

export function readCbor(data) {
  if (data.length > MAX_BYTES) throw new Refusal("trust.cbor_too_long");
  const reader = new Reader(data);
  const value = reader.read(0);
  if (reader.at !== data.length) throw new Refusal("trust.cbor_trailing");
  return value;
}

// The head of a byte or text string: all that a COSE signature's input needs to be written.
export function stringHead(major, length) {
  const top = major << 5;
  if (length < 24) return [top | length];
  if (length < 256) return [top | 24, length];
  if (length < 65536) return [top | 25, length >> 8, length & 255];
  return [top | 26, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
}

// COSE_Sign1 with ES256 (RFC 9052 section 4.2) in our one form: tag 18, protected {1: -7, 4: key id, 16: type}, empty header.

const [ALGORITHM, CRITICAL, KEY_ID, TYPE] = [1, 2, 4, 16];
const ES256 = -7;
const TAG_18 = 0xd2;

const isBytes = (value) => value instanceof Uint8Array;
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const base64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function readHeader(bytes) {
  const header = readCbor(bytes);
  if (!(header instanceof Map)) throw new Refusal("trust.cose_shape");
  if (header.has(CRITICAL)) throw new Refusal("trust.cose_critical");
  if (header.get(ALGORITHM) !== ES256) throw new Refusal("trust.cose_algorithm");
  const [keyId, type] = [header.get(KEY_ID), header.get(TYPE) ?? null];
  if (!isBytes(keyId) || keyId.length !== 8 || !(type === null || typeof type === "string")) throw new Refusal("trust.cose_shape");
  return { keyId: hex(keyId), type };
}

// Reads an envelope; nothing is verified yet.
export function parseSign1(data) {
  if (data.length && data[0] !== TAG_18) throw new Refusal("trust.cose_shape");
  const message = readCbor(data.subarray(1));
  const whole = Array.isArray(message) && message.length === 4 && message[1] instanceof Map && message[1].size === 0;
  if (!whole) throw new Refusal("trust.cose_shape");
  const [head, , payload, signature] = message;
  if (![head, payload, signature].every(isBytes)) throw new Refusal("trust.cose_shape");
  return { head, payload, signature, ...readHeader(head) };
}

// RFC 9052 section 4.4: ["Signature1", protected, external (empty), payload].
function toBeSigned({ head, payload }) {
  const context = new TextEncoder().encode("Signature1");
  return Uint8Array.from([
    0x84, ...stringHead(3, context.length), ...context, ...stringHead(2, head.length), ...head, 0x40,
    ...stringHead(2, payload.length), ...payload,
  ]);
}

// Whether this P-256 key (base64 of SubjectPublicKeyInfo) signed exactly this header and payload.
export async function verifies(envelope, key) {
  if (envelope.signature.length !== 64) return false;
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const imported = await crypto.subtle.importKey("spki", base64(key), curve, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, imported, envelope.signature, toBeSigned(envelope));
}
