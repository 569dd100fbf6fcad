// From pixels to dark and light, by a threshold that follows the light across the paper.

// Grey values 0–255 of an ImageData, or of anything with width, height and RGBA data.
export function toGrey({ width, height, data }) {
  const grey = new Uint8Array(width * height);
  for (let i = 0, j = 0; i < grey.length; i++, j += 4) grey[i] = (data[j] * 77 + data[j + 1] * 150 + data[j + 2] * 29) >> 8;
  return { width, height, grey };
}

// Sums over the rectangle from the corner to each pixel, one row and column wider than the image.
function integral({ width, height, grey }) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += grey[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  return sums;
}

// Dark where a pixel is darker than the mean of the square of `2 * reach + 1` pixels around it.
export function binarize(image, reach) {
  const { width, height, grey } = image;
  const sums = integral(image);
  const bits = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - reach) * (width + 1);
    const bottom = Math.min(height, y + reach + 1) * (width + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - reach);
      const right = Math.min(width, x + reach + 1);
      const area = ((bottom - top) / (width + 1)) * (right - left);
      const mean = (sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left]) / area;
      bits[y * width + x] = grey[y * width + x] < mean - 6 ? 1 : 0;
    }
  }
  return { width, height, bits };
}

// The same image at half the size, each pixel the mean of four.
export function halve({ width, height, grey }) {
  const [w, h] = [width >> 1, height >> 1];
  const small = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const at = 2 * y * width + 2 * x;
      small[y * w + x] = (grey[at] + grey[at + 1] + grey[at + width] + grey[at + width + 1] + 2) >> 2;
    }
  }
  return { width: w, height: h, grey: small };
}

// 1 where the point is dark, 0 where it is light or outside.
export function darkAt({ width, height, bits }, x, y) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  return column < 0 || row < 0 || column >= width || row >= height ? 0 : bits[row * width + column];
}

// Finds the three finder patterns: dark, light, dark, light, dark in the proportions 1 : 1 : 3 : 1 : 1.

const MOST = 14;

// The width of a module when five runs have the proportions of a finder, 0 otherwise.
function moduleOf(runs) {
  const total = runs[0] + runs[1] + runs[2] + runs[3] + runs[4];
  const unit = total / 7;
  if (total < 7) return 0;
  const off = unit * 0.7;
  const near = (run, modules) => Math.abs(run - modules * unit) < off * modules ** 0.5;
  return near(runs[0], 1) && near(runs[1], 1) && near(runs[2], 3) && near(runs[3], 1) && near(runs[4], 1) ? unit : 0;
}

// Lengths of the five runs through a dark point along a direction, and how far the middle lies from it.
function runsThrough(image, x, y, dx, dy, limit) {
  const runs = [0, 0, 0, 0, 0];
  const walk = (sign, order) => {
    let step = sign > 0 ? 1 : 0;
    for (const [index, dark] of order) {
      for (; darkAt(image, x + sign * step * dx, y + sign * step * dy) === dark; step++) {
        if (++runs[index] > limit) return false;
      }
    }
    return true;
  };
  const whole = walk(-1, [[2, 1], [1, 0], [0, 1]]);
  const before = runs[2];
  if (!whole || !walk(1, [[2, 1], [3, 0], [4, 1]])) return null;
  return { runs, shift: (runs[2] - before - before + 1) / 2 };
}

// Checks a candidate from a row across, along and across again; the centre and module width when it holds.
function confirm(image, x, y, unit) {
  const limit = unit * 6;
  const down = runsThrough(image, x, y, 0, 1, limit);
  if (!down || !moduleOf(down.runs)) return null;
  const centreY = y + down.shift;
  const across = runsThrough(image, x, centreY, 1, 0, limit);
  const width = across && moduleOf(across.runs);
  if (!width) return null;
  const centreX = x + across.shift;
  const slant = runsThrough(image, centreX, centreY, 1, 1, limit) ?? runsThrough(image, centreX, centreY, 1, -1, limit);
  if (!slant) return null;
  return { x: centreX, y: centreY, unit: (width + moduleOf(down.runs)) / 2 };
}

// Joins a confirmed centre to the one already found there, or begins a new one.
function collect(found, centre) {
  const same = found.find((other) => Math.hypot(other.x - centre.x, other.y - centre.y) < other.unit * 2);
  if (!same) {
    found.push({ ...centre, count: 1 });
    return;
  }
  for (const key of ["x", "y", "unit"]) same[key] = (same[key] * same.count + centre[key]) / (same.count + 1);
  same.count++;
}

// The centres of all that looks like a finder pattern, surest first.
export function findCentres(image) {
  const { width, height, bits } = image;
  const found = [];
  for (let y = 0; y < height; y++) {
    let runs = [0, 0, 0, 0, 0];
    let dark = 0;
    for (let x = 0; x <= width; x++) {
      const now = x < width ? bits[y * width + x] : 0;
      if (now === dark && x < width) {
        runs[4]++;
        continue;
      }
      const unit = dark ? moduleOf(runs) : 0;
      if (unit) {
        const centre = confirm(image, x - runs[4] - runs[3] - runs[2] / 2, y + 0.5, unit);
        if (centre) collect(found, centre);
      }
      runs = [runs[1], runs[2], runs[3], runs[4], 1];
      dark = now;
    }
  }
  return found.sort((a, b) => b.count * b.unit - a.count * a.unit).slice(0, MOST);
}

// How far three centres are from a right angle with equal legs and equal modules; Infinity when hopeless.
function misfit(corner, a, b) {
  const [ax, ay, bx, by] = [a.x - corner.x, a.y - corner.y, b.x - corner.x, b.y - corner.y];
  const [la, lb] = [Math.hypot(ax, ay), Math.hypot(bx, by)];
  const units = [corner.unit, a.unit, b.unit];
  const [small, large] = [Math.min(...units), Math.max(...units)];
  if (large > small * 2 || Math.min(la, lb) < small * 10 || Math.max(la, lb) > large * 190) return Infinity;
  const angle = Math.abs((ax * bx + ay * by) / (la * lb));
  const legs = Math.abs(la - lb) / Math.max(la, lb);
  return angle > 0.5 || legs > 0.5 ? Infinity : angle + legs + (large / small - 1) * 0.5;
}

// Triples {topLeft, topRight, bottomLeft} among the centres, likeliest first.
export function findTriples(centres) {
  const triples = [];
  for (const corner of centres) {
    for (const a of centres) {
      for (const b of centres) {
        const turn = (a.x - corner.x) * (b.y - corner.y) - (a.y - corner.y) * (b.x - corner.x);
        if (corner === a || corner === b || a === b || turn <= 0) continue;
        const score = misfit(corner, a, b);
        if (score < Infinity) triples.push({ topLeft: corner, topRight: a, bottomLeft: b, score });
      }
    }
  }
  return triples.sort((a, b) => a.score - b.score).slice(0, 6);
}
