// Lays the grid of modules over the picture: size, perspective, alignment patterns, and the bend of the paper.

import { darkAt } from "./finder.js";
import { alignmentCentres } from "./symbol.js";

// Solves the linear system in place (Gauss with pivots); null when it has no single answer.
function solve(rows) {
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    const pivot = rows.slice(i).reduce((best, row, k) => (Math.abs(row[i]) > Math.abs(rows[best][i]) ? i + k : best), i);
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    if (Math.abs(rows[i][i]) < 1e-12) return null;
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = rows[k][i] / rows[i][i];
      for (let j = i; j <= n; j++) rows[k][j] -= factor * rows[i][j];
    }
  }
  return rows.map((row, i) => row[n] / row[i]);
}

// The projective map that takes module coordinates (u, v) to pixels, by least squares over the anchors.
function homography(anchors) {
  const normal = Array.from({ length: 8 }, () => new Float64Array(9));
  const scale = 1 / 64; // keeps the equations well conditioned
  for (const { u, v, x, y } of anchors) {
    const [a, b] = [u * scale, v * scale];
    for (const equation of [[a, b, 1, 0, 0, 0, -a * x, -b * x, x], [0, 0, 0, a, b, 1, -a * y, -b * y, y]]) {
      for (let i = 0; i < 8; i++) for (let j = 0; j < 9; j++) normal[i][j] += equation[i] * equation[j];
    }
  }
  const h = solve(normal.map((row) => Array.from(row)));
  if (!h) return null;
  return (u, v) => {
    const [a, b] = [u * scale, v * scale];
    const depth = h[6] * a + h[7] * b + 1;
    return { x: (h[0] * a + h[1] * b + h[2]) / depth, y: (h[3] * a + h[4] * b + h[5]) / depth };
  };
}

// Module width at a finder along the line to another one: from its centre out through dark, light, dark is 3.5 modules.
function moduleTowards(image, from, to) {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const reach = (sign) => {
    let step = 0;
    for (const dark of [1, 0, 1]) {
      while (darkAt(image, from.x + sign * step * dx, from.y + sign * step * dy) === dark && step < from.unit * 8) step += 0.25;
    }
    return step;
  };
  return (reach(1) + reach(-1)) / 7;
}

// The sizes in modules that the distances allow, likeliest first.
function possibleSizes(image, { topLeft, topRight, bottomLeft }) {
  const pairs = [[topLeft, topRight], [topRight, topLeft], [topLeft, bottomLeft], [bottomLeft, topLeft]];
  const unit = pairs.reduce((sum, [from, to]) => sum + moduleTowards(image, from, to), 0) / 4;
  const legs = Math.hypot(topRight.x - topLeft.x, topRight.y - topLeft.y) + Math.hypot(bottomLeft.x - topLeft.x, bottomLeft.y - topLeft.y);
  const estimate = legs / (2 * unit) + 7;
  const middle = Math.round((estimate - 17) / 4);
  return [0, 1, -1, 2, -2, 3, -3]
    .map((off) => middle + off)
    .filter((version) => version >= 1 && version <= 40)
    .map((version) => version * 4 + 17);
}

// How many of the 25 modules around (u, v) look like an alignment pattern whose centre lies at the point.
function likeness(image, point, across, down) {
  let score = 0;
  for (let r = -2; r <= 2; r++) {
    for (let c = -2; c <= 2; c++) {
      const dark = Math.max(Math.abs(r), Math.abs(c)) !== 1 ? 1 : 0;
      if (darkAt(image, point.x + c * across.x + r * down.x, point.y + c * across.y + r * down.y) === dark) score++;
    }
  }
  return score;
}

// Searches an alignment pattern within `reach` modules of where the map puts it; the mean of the best places, or null.
function findAlignment(image, map, u, v, reach) {
  const middle = map(u, v);
  const [right, below] = [map(u + 1, v), map(u, v + 1)];
  const across = { x: right.x - middle.x, y: right.y - middle.y };
  const down = { x: below.x - middle.x, y: below.y - middle.y };
  let best = { score: 0, count: 0, x: 0, y: 0 };
  for (let r = -reach; r <= reach; r += 0.25) {
    for (let c = -reach; c <= reach; c += 0.25) {
      const point = { x: middle.x + c * across.x + r * down.x, y: middle.y + c * across.y + r * down.y };
      const score = likeness(image, point, across, down);
      if (score > best.score) best = { score, count: 0, x: 0, y: 0 };
      if (score === best.score) best = { score, count: best.count + 1, x: best.x + point.x, y: best.y + point.y };
    }
  }
  return best.score < 22 ? null : { u, v, x: best.x / best.count, y: best.y / best.count };
}

// How well the timing patterns alternate under a map, 0 to 1.
function timing(image, map, size) {
  let right = 0;
  for (let i = 8; i < size - 8; i++) {
    for (const { x, y } of [map(i + 0.5, 6.5), map(6.5, i + 0.5)]) if (darkAt(image, x, y) === (i + 1) % 2) right++;
  }
  return right / (2 * (size - 16));
}

function finderAnchors({ topLeft, topRight, bottomLeft }, size) {
  return [
    { u: 3.5, v: 3.5, x: topLeft.x, y: topLeft.y },
    { u: size - 3.5, v: 3.5, x: topRight.x, y: topRight.y },
    { u: 3.5, v: size - 3.5, x: bottomLeft.x, y: bottomLeft.y },
  ];
}

// The anchors of a flat square: three finders, and the fourth corner by the alignment pattern or as a parallelogram.
function cornerAnchors(image, triple, size) {
  const anchors = finderAnchors(triple, size);
  const [a, b, c] = anchors;
  const fourth = { u: size - 3.5, v: size - 3.5, x: b.x + c.x - a.x, y: b.y + c.y - a.y };
  const flat = homography([...anchors, fourth]);
  if (!flat || size < 25) return flat && [...anchors, fourth];
  for (const reach of [2, 5, 9]) {
    const found = findAlignment(image, flat, size - 6.5, size - 6.5, reach);
    if (found) return [...anchors, found];
  }
  return [...anchors, fourth];
}

// Every alignment pattern that can be found where the map expects it.
function innerAnchors(image, map, size) {
  const centres = alignmentCentres((size - 17) / 4);
  const last = centres.length - 1;
  const found = [];
  centres.forEach((r, i) => centres.forEach((c, j) => {
    const corner = (i === 0 && (j === 0 || j === last)) || (i === last && j === 0);
    const anchor = corner ? null : findAlignment(image, map, c + 0.5, r + 0.5, 1.5);
    if (anchor) found.push(anchor);
  }));
  return found;
}

// Bends the map so that it meets its anchors: each pulls by how far it was off, the nearer the stronger.
function bent(map, anchors) {
  const pulls = anchors.map(({ u, v, x, y }) => {
    const at = map(u, v);
    return { u, v, x: x - at.x, y: y - at.y };
  });
  return (u, v) => {
    let [weight, x, y] = [0, 0, 0];
    for (const pull of pulls) {
      const w = 1 / ((pull.u - u) ** 2 + (pull.v - v) ** 2 + 4) ** 2;
      weight += w;
      x += w * pull.x;
      y += w * pull.y;
    }
    const at = map(u, v);
    return { x: at.x + x / weight, y: at.y + y / weight };
  };
}

// Reads each module as the majority of five points around its middle.
function sample(image, map, size) {
  const modules = new Uint8Array(size * size);
  const spots = [[0.5, 0.5], [0.32, 0.5], [0.68, 0.5], [0.5, 0.32], [0.5, 0.68]];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let dark = 0;
      for (const [du, dv] of spots) {
        const { x, y } = map(column + du, row + dv);
        dark += darkAt(image, x, y);
      }
      modules[row * size + column] = dark > 2 ? 1 : 0;
    }
  }
  return { size, get: (row, column) => modules[row * size + column] };
}

// The squares of modules that a triple of finders may span, likeliest first.
export function squares(image, triple) {
  const maps = [];
  for (const size of possibleSizes(image, triple)) {
    const anchors = cornerAnchors(image, triple, size);
    const flat = anchors && homography(anchors);
    if (!flat) continue;
    const all = [...finderAnchors(triple, size), ...innerAnchors(image, flat, size)];
    const fitted = all.length > 4 ? homography(all) ?? flat : flat;
    const map = all.length > 4 ? bent(fitted, all) : flat;
    maps.push({ size, map, score: timing(image, map, size) });
  }
  return maps.sort((a, b) => b.score - a.score).slice(0, 3).map(({ size, map }) => sample(image, map, size));
}
