// Draws a matrix of modules turned, in perspective, bent, unevenly lit and noisy, and reads it back.
async ({ modules, scale, turn, lean, bend, noise, mirror }) => {
  const { decodeQr } = await import("/static/portal/qr/decode.js");
  const n = modules.length;
  const side = Math.round(n * scale * ((turn % 90 ? 1.5 : 1.1) + 2 * lean));
  const angle = (turn * Math.PI) / 180;
  const data = new Uint8ClampedArray(side * side * 4);
  let seed = 7;
  const random = () => ((seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let grey = 0;
      for (let part = 0; part < 4; part++) {
        const [px, py] = [x + (part % 2) / 2 + 0.25, y + (part >> 1) / 2 + 0.25];
        let [dx, dy] = [(mirror ? -1 : 1) * (px - side / 2), py - side / 2 - bend * n * scale * Math.sin((px / side) * Math.PI)];
        const depth = 1 + (lean * dx + 0.6 * lean * dy) / (n * scale);
        [dx, dy] = [dx * depth, dy * depth];
        const u = Math.floor((dx * Math.cos(angle) + dy * Math.sin(angle)) / scale + n / 2);
        const v = Math.floor((-dx * Math.sin(angle) + dy * Math.cos(angle)) / scale + n / 2);
        grey += modules[v]?.[u] ? 25 : 235;
      }
      grey = (grey / 4) * (noise ? 0.5 + (0.5 * x) / side : 1) + (random() - 0.5) * noise;
      data.set([grey, grey, grey, 255], 4 * (y * side + x));
    }
  }
  return decodeQr({ width: side, height: side, data }, true);
}
