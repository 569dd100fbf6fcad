// Reads a QR code from a picture, for browsers without a BarcodeDetector. Nothing leaves the page.

import { binarize, findCentres, findTriples, halve, toGrey } from "./finder.js";
import { squares } from "./grid.js";
import { readSquare } from "./symbol.js";

// Mirrored codes (a selfie camera, a transparent sheet) read along the other diagonal.
const mirrored = (square) => ({ size: square.size, get: (row, column) => square.get(column, row) });

function textOf(square) {
  for (const view of [square, mirrored(square)]) {
    const text = readSquare(view);
    if (text) return text;
  }
  return null;
}

// One try: a threshold of this reach, every likely triple of finders, every likely size.
function attempt(grey, reach) {
  const image = binarize(grey, reach);
  for (const triple of findTriples(findCentres(image))) {
    for (const square of squares(image, triple)) {
      const text = textOf(square);
      if (text) return text;
    }
  }
  return null;
}

// The text of a QR code in an ImageData, or null. `thorough` tries more thresholds and sizes: for a photo, not a film.
export function decodeQr(picture, thorough = false) {
  let grey = toGrey(picture);
  for (let halvings = 0; halvings < (thorough ? 3 : 1); halvings++) {
    const side = Math.max(grey.width, grey.height);
    for (const part of thorough ? [8, 20, 3] : [10]) {
      const text = attempt(grey, Math.max(8, Math.round(side / part)));
      if (text) return text;
    }
    if (side < 400) break;
    grey = halve(grey);
  }
  return null;
}
