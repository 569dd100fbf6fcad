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
export function correct(block, count) {
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
