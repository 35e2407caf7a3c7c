// Makes the large photographs the benchmark uses: 24 and 45 megapixels, in the kinds cameras and editors export.
//
//   npm install && node photos.js DIR [SOURCE.jpg]
//
// From SOURCE if one is given, else from a landscape made of noise. A picture merely enlarged decodes too easily, so
// grain is added until the bytes per megapixel are those of a camera export. The seed is fixed.
import fs from "node:fs";
import path from "node:path";
import sharp from "sharp";

const [, , dir, source] = process.argv;
if (!dir) {
  console.error("node photos.js DIR [SOURCE.jpg]");
  process.exit(2);
}

let state = 0x9e3779b9;
function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 2 ** 32;
}

/** Sky, ridges and ground: fractal noise in three colours. */
async function landscape(width, height) {
  const layers = [];
  for (let cells = 4; cells <= 512; cells *= 2) {
    const noise = Buffer.from({ length: cells * cells * 3 }, () => Math.floor(random() * 256));
    const layer = await sharp(noise, { raw: { width: cells, height: cells, channels: 3 } })
      .resize(width, height, { fit: "fill", kernel: "cubic" }).raw().toBuffer();
    layers.push({ layer, weight: 0.5 / Math.log2(cells) });
  }
  const pixels = Buffer.alloc(width * height * 3);
  for (let i = 0; i < pixels.length; i++) {
    const y = Math.floor(i / 3 / width) / height;
    let v = [90 + 110 * (1 - y), 100 + 70 * (1 - y), 80 + 120 * (1 - y)][i % 3];
    for (const { layer, weight } of layers) v += (layer[i] - 128) * weight * (0.4 + y);
    pixels[i] = Math.max(0, Math.min(255, v));
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** `width` × `height` pixels with grain of the given strength (8-bit levels). */
async function photograph(width, height, grain) {
  const base = source ? sharp(source).rotate() : await landscape(1500, 1000);
  const pixels = await base.resize(width, height, { fit: "cover", kernel: "lanczos3" }).removeAlpha()
    .toColourspace("srgb").sharpen({ sigma: 0.8 }).raw().toBuffer();
  for (let i = 0; i < pixels.length; i += 3) {
    // Mostly in brightness, a little in colour, as a sensor's is once an editor is through with it.
    const shared = (random() + random() + random() - 1.5) * 2 * grain;
    for (let c = 0; c < 3; c++) {
      const v = pixels[i + c] + shared + (random() - 0.5) * grain * 0.8;
      pixels[i + c] = Math.max(0, Math.min(255, Math.round(v)));
    }
  }
  return { pixels, raw: { width, height, channels: 3 } };
}

/** Of each size, what cameras and editors export; of the larger one, what is not the same again. */
const kinds = [
  ["420", (s) => s.jpeg({ quality: 93, chromaSubsampling: "4:2:0" })],
  ["444-srgb", (s) => s.withIccProfile("srgb").jpeg({ quality: 94, chromaSubsampling: "4:4:4" })],
  ["444-p3-rotated", (s) => s.withMetadata({ orientation: 6, icc: "p3" }).jpeg({ quality: 93, chromaSubsampling: "4:4:4" })],
  ["420-progressive", (s) => s.jpeg({ quality: 93, chromaSubsampling: "4:2:0", progressive: true })],
];

fs.mkdirSync(dir, { recursive: true });
for (const [megapixels, width, height, grain] of [[24, 6000, 4000, 6], [45, 8256, 5504, 5]]) {
  const { pixels, raw } = await photograph(width, height, grain);
  for (const [kind, encode] of megapixels === 24 ? kinds : kinds.slice(0, 2)) {
    const file = path.join(dir, `${megapixels}mp-${kind}.jpg`);
    await encode(sharp(pixels, { raw })).toFile(file);
    console.log(`${file}  ${(fs.statSync(file).size / 1e6).toFixed(1)} MB`);
  }
}
