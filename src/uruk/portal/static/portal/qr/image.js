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
