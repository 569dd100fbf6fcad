// From data bytes to text: numeric, alphanumeric and byte segments (ISO/IEC 18004 section 7.4).

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
// Bits of the count, by mode, for versions 1–9, 10–26 and 27–40.
const COUNTS = { 1: [10, 12, 14], 2: [9, 11, 13], 4: [8, 16, 16] };

class Bits {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get left() {
    return this.bytes.length * 8 - this.at;
  }

  take(count) {
    if (count > this.left) throw new RangeError("the segments end too early");
    let value = 0;
    for (let i = 0; i < count; i++, this.at++) value = (value << 1) | ((this.bytes[this.at >> 3] >> (7 - (this.at & 7))) & 1);
    return value;
  }
}

function numeric(bits, count) {
  let text = "";
  for (let left = count; left > 0; left -= 3) {
    const digits = Math.min(3, left);
    text += String(bits.take(digits * 3 + 1)).padStart(digits, "0");
  }
  return text;
}

function alphanumeric(bits, count) {
  let text = "";
  for (let left = count; left > 0; left -= 2) {
    const pair = left > 1;
    const value = bits.take(pair ? 11 : 6);
    if (pair) text += ALPHANUMERIC.charAt(Math.floor(value / 45));
    text += ALPHANUMERIC.charAt(value % 45);
  }
  return text;
}

function byteText(bits, count) {
  const bytes = Uint8Array.from({ length: count }, () => bits.take(8));
  return new TextDecoder("utf-8").decode(bytes);
}

const READERS = { 1: numeric, 2: alphanumeric, 4: byteText };

// The text of a code of this version; null for modes that we do not write (kanji, structured append …).
export function readSegments(data, version) {
  const bits = new Bits(data);
  const range = version < 10 ? 0 : version < 27 ? 1 : 2;
  let text = "";
  while (bits.left >= 4) {
    const mode = bits.take(4);
    if (mode === 0) break;
    if (!READERS[mode]) return null;
    const count = bits.take(COUNTS[mode][range]);
    if (count > bits.left) return null;
    try {
      text += READERS[mode](bits, count);
    } catch {
      return null;
    }
  }
  return text;
}
