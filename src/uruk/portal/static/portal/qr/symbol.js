// From a square of modules to text.

// Reed–Solomon error correction over GF(256), polynomial 0x11d, generator roots 2^0 … (ISO/IEC 18004 section 7.5).

const EXP = new Uint8Array(512);
const LOG = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power++) {
  EXP[power] = EXP[power + 255] = value;
  LOG[value] = power;
  value = value & 0x80 ? (value << 1) ^ 0x11d : value << 1;
}

const times = (a, b) => (a && b ? EXP[LOG[a] + LOG[b]] : 0);
const inverse = (a) => EXP[255 - LOG[a]];

// Value of a polynomial, highest coefficient first.
function evaluate(polynomial, x) {
  let value = 0;
  for (const coefficient of polynomial) value = times(value, x) ^ coefficient;
  return value;
}

function syndromes(block, count) {
  return Array.from({ length: count }, (_, power) => evaluate(block, EXP[power]));
}

// Berlekamp–Massey: the error locator, lowest coefficient first.
function locator(found) {
  let current = [1];
  let previous = [1];
  let length = 0;
  let shift = 1;
  let last = 1;
  for (let n = 0; n < found.length; n++) {
    let discrepancy = found[n];
    for (let i = 1; i <= length; i++) discrepancy ^= times(current[i] ?? 0, found[n - i]);
    if (!discrepancy) {
      shift++;
      continue;
    }
    const factor = times(discrepancy, inverse(last));
    const before = current;
    current = Array.from({ length: Math.max(current.length, previous.length + shift) }, (_, i) =>
      (current[i] ?? 0) ^ times(factor, previous[i - shift] ?? 0));
    if (2 * length <= n) {
      [length, previous, last, shift] = [n + 1 - length, before, discrepancy, 1];
    } else {
      shift++;
    }
  }
  return { locator: current.slice(0, length + 1), errors: length };
}

// Forney: how much the symbol at this root is off.
function magnitude(sigma, omega, rootInverse) {
  const x = inverse(rootInverse);
  let top = 0;
  for (let i = omega.length - 1; i >= 0; i--) top = times(top, x) ^ omega[i];
  let bottom = 0;
  for (let i = 1; i < sigma.length; i += 2) bottom ^= times(sigma[i], EXP[(LOG[x] * (i - 1)) % 255]);
  return bottom ? times(rootInverse, times(top, inverse(bottom))) : 0;
}

// Corrects a block of data and `count` check bytes in place; false when there are too many errors.
function correct(block, count) {
  const found = syndromes(block, count);
  if (found.every((value) => value === 0)) return true;
  const { locator: sigma, errors } = locator(found);
  if (errors * 2 > count) return false;
  const omega = found.map((_, i) => {
    let value = 0;
    for (let j = 0; j <= i && j < sigma.length; j++) value ^= times(sigma[j], found[i - j]);
    return value;
  });
  let fixed = 0;
  for (let position = 0; position < block.length; position++) {
    const power = block.length - 1 - position;
    const x = EXP[(255 - (power % 255)) % 255];
    if (evaluate([...sigma].reverse(), x)) continue;
    block[position] ^= magnitude(sigma, omega.slice(0, count), EXP[power % 255]);
    fixed++;
  }
  return fixed === errors && syndromes(block, count).every((value) => value === 0);
}

// From a square of modules to codewords: version, format, mask, interleaving (ISO/IEC 18004 sections 6 and 7).

const numbers = (text) => text.split(",").map(Number);
// Check codewords in a block and number of blocks, by level L, M, Q, H and version 1 to 40 (table 9).
const CHECKS = [
  "7,10,15,20,26,18,20,24,30,18,20,24,26,30,22,24,28,30,28,28,28,28,30,30,26,28,30,30,30,30,30,30,30,30,30,30,30,30,30,30",
  "10,16,26,18,24,16,18,22,22,26,30,22,22,24,24,28,28,26,26,26,26,28,28,28,28,28,28,28,28,28,28,28,28,28,28,28,28,28,28,28",
  "13,22,18,26,18,24,18,22,20,24,28,26,24,20,30,24,28,28,26,30,28,30,30,30,30,28,30,30,30,30,30,30,30,30,30,30,30,30,30,30",
  "17,28,22,16,22,28,26,26,24,28,24,28,22,24,24,30,28,28,26,28,30,24,30,30,30,30,30,30,30,30,30,30,30,30,30,30,30,30,30,30",
].map(numbers);
const BLOCKS = [
  "1,1,1,1,1,2,2,2,2,4,4,4,4,4,6,6,6,6,7,8,8,9,9,10,12,12,12,13,14,15,16,17,18,19,19,20,21,22,24,25",
  "1,1,1,2,2,4,4,4,5,5,5,8,9,9,10,10,11,13,14,16,17,17,18,20,21,23,25,26,28,29,31,33,35,37,38,40,43,45,47,49",
  "1,1,2,2,4,4,6,6,8,8,8,10,12,16,12,17,16,18,21,20,23,23,25,27,29,34,34,35,38,40,43,45,48,51,53,56,59,62,65,68",
  "1,1,2,4,4,4,5,6,8,8,11,11,16,16,18,16,19,21,25,25,25,34,30,32,35,37,40,42,45,48,51,54,57,60,63,66,70,74,77,81",
].map(numbers);
const LEVELS = [1, 0, 3, 2]; // format bits 00 mean M, 01 L, 10 H, 11 Q

const MASKS = [
  (r, c) => (r + c) % 2 === 0,
  (r) => r % 2 === 0,
  (r, c) => c % 3 === 0,
  (r, c) => (r + c) % 3 === 0,
  (r, c) => ((r >> 1) + Math.floor(c / 3)) % 2 === 0,
  (r, c) => ((r * c) % 2) + ((r * c) % 3) === 0,
  (r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2 === 0,
  (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2 === 0,
];

// Rows (and columns) of the centres of alignment patterns (annex E).
export function alignmentCentres(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  const centres = [6];
  for (let i = count - 2; i >= 0; i--) centres.push(version * 4 + 10 - i * step);
  return centres;
}

// Which modules carry no data: 1 where a pattern, format or version stands.
function reserved(version) {
  const size = version * 4 + 17;
  const taken = new Uint8Array(size * size);
  const fill = (row, column, height, width) => {
    for (let r = row; r < row + height; r++) taken.fill(1, r * size + column, r * size + column + width);
  };
  fill(0, 0, 9, 9);
  fill(0, size - 8, 9, 8);
  fill(size - 8, 0, 8, 9);
  fill(6, 0, 1, size);
  fill(0, 6, size, 1);
  const centres = alignmentCentres(version);
  const last = centres.length - 1;
  centres.forEach((r, i) => centres.forEach((c, j) => {
    if (!((i === 0 && (j === 0 || j === last)) || (i === last && j === 0))) fill(r - 2, c - 2, 5, 5);
  }));
  if (version >= 7) {
    fill(0, size - 11, 6, 3);
    fill(size - 11, 0, 3, 6);
  }
  return taken;
}

const distance = (a, b) => {
  let count = 0;
  for (let rest = a ^ b; rest; rest &= rest - 1) count++;
  return count;
};

// The 15 bits of a format with their BCH check and mask (annex C).
function formatBits(value) {
  let rest = value << 10;
  for (let bit = 14; bit >= 10; bit--) if ((rest >> bit) & 1) rest ^= 0x537 << (bit - 10);
  return ((value << 10) | rest) ^ 0x5412;
}
const FORMATS = Array.from({ length: 32 }, (_, value) => formatBits(value));

// Level and mask from whichever copy is nearer to a true format; null when neither is near.
function readFormat(square) {
  const { size } = square;
  let [first, second] = [0, 0];
  for (let i = 0; i < 15; i++) {
    const column = i < 6 ? i : i < 8 ? i + 1 : 8;
    const row = i < 8 ? 8 : i === 8 ? 7 : 14 - i;
    first = (first << 1) | square.get(row, column);
    second = (second << 1) | (i < 7 ? square.get(size - 1 - i, 8) : square.get(8, size - 15 + i));
  }
  let best = { errors: 4 };
  FORMATS.forEach((bits, value) => {
    const errors = Math.min(distance(bits, first), distance(bits, second));
    if (errors < best.errors) best = { errors, level: LEVELS[value >> 3], mask: value & 7 };
  });
  return best.errors < 4 ? best : null;
}

// All codewords in the order of the zigzag, unmasked.
function codewords(square, version, mask) {
  const { size } = square;
  const taken = reserved(version);
  const words = [];
  let [word, bits] = [0, 0];
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let i = 0; i < size; i++) {
      const row = up ? size - 1 - i : i;
      for (const column of [right, right - 1]) {
        if (taken[row * size + column]) continue;
        word = (word << 1) | (square.get(row, column) ^ (MASKS[mask](row, column) ? 1 : 0));
        if (++bits === 8) {
          words.push(word);
          [word, bits] = [0, 0];
        }
      }
    }
  }
  return words;
}

// Takes the interleaved codewords apart and corrects each block; null when a block has too many errors.
function dataBytes(words, version, level) {
  const checks = CHECKS[level][version - 1];
  const blocks = BLOCKS[level][version - 1];
  const short = blocks - (words.length % blocks);
  const dataLength = Math.floor(words.length / blocks) - checks;
  const parts = Array.from({ length: blocks }, () => []);
  let at = 0;
  for (let i = 0; i <= dataLength; i++) {
    parts.forEach((part, block) => {
      if (i < dataLength || block >= short) part.push(words[at++]);
    });
  }
  for (let i = 0; i < checks; i++) parts.forEach((part) => part.push(words[at++]));
  const data = [];
  for (const part of parts) {
    if (!correct(part, checks)) return null;
    data.push(...part.slice(0, part.length - checks));
  }
  return data;
}

// The data bytes of a square of modules ({size, get(row, column)}) and its version; null when it cannot be read.
function readMatrix(square) {
  const version = (square.size - 17) / 4;
  const format = readFormat(square);
  if (!format) return null;
  const data = dataBytes(codewords(square, version, format.mask), version, format.level);
  return data && { data, version };
}

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
function readSegments(data, version) {
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

// The text of a square of modules ({size, get(row, column)}), or null when it cannot be read.
export function readSquare(square) {
  const read = readMatrix(square);
  return read && readSegments(read.data, read.version);
}
