// The peer: sharp (libvips) makes the same four renditions, warm and on one thread, the best way it can.
//
//   node sharp.js PHOTO...                OUT=DIR node sharp.js PHOTO... also writes DIR/NAME-SIZE.jpg
//
// It decodes once (to 2048 pixels, letting the JPEG decoder scale where it may) and makes the smaller sizes from that.
// Prints one JSON line a photo: CPU seconds (user + system, median of RUNS, default 6, after one to warm up) and the
// process's peak resident memory so far, Node's own included.
import fs from "node:fs";
import path from "node:path";
import sharp from "sharp";

sharp.concurrency(1);
sharp.cache(false);

const SIZES = [2048, 1280, 640, 320];
const runs = Number(process.env.RUNS ?? 6);
const inside = (edge) => [edge, edge, { fit: "inside", withoutEnlargement: true }];

async function render(bytes) {
  const { data, info } = await sharp(bytes, { sequentialRead: true }).autoOrient().resize(...inside(2048)).raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  return Promise.all(SIZES.map((edge) =>
    sharp(data, { raw }).resize(...inside(edge)).jpeg({ quality: 80 }).toBuffer()));
}

for (const photo of process.argv.slice(2)) {
  let made = await render(fs.readFileSync(photo));
  const seconds = [];
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    made = await render(fs.readFileSync(photo));
    const used = process.cpuUsage(before);
    seconds.push((used.user + used.system) / 1e6);
  }
  seconds.sort((a, b) => a - b);
  const middle = [seconds[Math.floor((runs - 1) / 2)], seconds[Math.ceil((runs - 1) / 2)]];
  const { name } = path.parse(photo);
  if (process.env.OUT) {
    made.forEach((jpeg, i) => fs.writeFileSync(path.join(process.env.OUT, `${name}-${SIZES[i]}.jpg`), jpeg));
  }
  console.log(JSON.stringify({
    photo: path.basename(photo),
    cpu_s: Number(((middle[0] + middle[1]) / 2).toFixed(4)),
    peak_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    bytes: made.map((jpeg) => jpeg.length),
  }));
}
