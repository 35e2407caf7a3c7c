// Ours and sharp side by side, in turn, in one run: on a noisy machine only such a pair can be compared.
//
//   cargo build --release -p imaging --example render
//   cargo build --release --manifest-path quality/Cargo.toml     # for the scores
//   node compare.js [--rounds=5] [--no-cpu] [--no-quality] PHOTO|DIRECTORY...
//
// CPU of ours is that of a whole process (start, reading, writing the files), of sharp's a warm loop's median; of each
// the median of the rounds, and the ratio is the median of the pairs'. Bytes and SSIMULACRA2 are a size each, largest
// first; scores are taken against the photograph decoded at full size (sharp: upright, profile applied) and shrunk
// with Lanczos3 in floating point. RENDER and QUALITY name other binaries.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const here = path.dirname(fileURLToPath(import.meta.url));
const render = process.env.RENDER ?? path.join(here, "../../../target/release/examples/render");
const quality = process.env.QUALITY ?? path.join(here, "quality/target/release/quality");
const options = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const rounds = Number(options.find((option) => option.startsWith("--rounds="))?.slice(9) ?? 5);
const SIZES = [2048, 1280, 640, 320];

const photos = process.argv.slice(2).filter((argument) => !argument.startsWith("--")).flatMap((argument) =>
  fs.statSync(argument).isDirectory()
    ? fs.readdirSync(argument).filter((name) => /\.jpe?g$/i.test(name)).sort().map((name) => path.join(argument, name))
    : [argument]);
const work = fs.mkdtempSync(path.join(os.tmpdir(), "renditions-"));
const [ours, theirs] = ["ours", "sharp"].map((side) => path.join(work, side));
[ours, theirs].forEach((directory) => fs.mkdirSync(directory));

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const row = (cells) => console.log(`| ${cells.join(" | ")} |`);
const env = { ...process.env, TIMEFORMAT: "%3U %3S" };

/** One process of ours: its CPU seconds as its parent sees them, and what it says of itself. */
function runOurs(photo) {
  const line = 'exec 3>&2; { time "$0" --runs=0 --out="$1" "$2" 2>&3; }';
  const said = execFileSync("bash", ["-c", `${line} 2>"$1/time"`, render, ours, photo], { encoding: "utf8", env });
  const seconds = fs.readFileSync(path.join(ours, "time"), "utf8").trim().split(" ").map(Number);
  return { ...JSON.parse(said), cpu_s: seconds[0] + seconds[1] };
}

function runSharp(photo, runs) {
  return JSON.parse(execFileSync(process.execPath, [path.join(here, "sharp.js"), photo],
    { encoding: "utf8", env: { ...process.env, OUT: theirs, RUNS: String(runs) } }));
}

/** Decodes to raw RGB in a file; gives what `quality` wants to know of it. */
async function raw(file, to) {
  const { data, info } = await sharp(file, { limitInputPixels: false }).autoOrient().toColourspace("srgb").removeAlpha()
    .raw().toBuffer({ resolveWithObject: true });
  fs.writeFileSync(to, data);
  return [to, info.width, info.height];
}

async function scores(photo) {
  const { name } = path.parse(photo);
  const pictures = [await raw(photo, path.join(work, "full.raw"))];
  for (const side of [ours, theirs]) {
    for (const size of SIZES) {
      const file = path.join(side, `${name}-${size}.jpg`);
      if (fs.existsSync(file)) pictures.push(await raw(file, `${file}.raw`));
    }
  }
  const lines = execFileSync(quality, pictures.flat().map(String), { encoding: "utf8" }).trim().split("\n").map(Number);
  return [lines.slice(0, lines.length / 2), lines.slice(lines.length / 2)];
}

const cpu = !options.includes("--no-cpu");
const scored = !options.includes("--no-quality");
row(["photo", ...(cpu ? ["ours, CPU s", "sharp, CPU s", "ours ÷ sharp"] : []), "ours, peak MB", "sharp, peak MB",
  "bytes, ours ÷ sharp", ...(scored ? ["SSIMULACRA2, ours", "SSIMULACRA2, ours − sharp"] : [])]);
row(Array.from({ length: 5 + (cpu ? 3 : 0) + (scored ? 2 : 0) - 1 }, () => "---"));
for (const photo of photos) {
  const pairs = Array.from({ length: cpu ? rounds : 1 }, () => [runOurs(photo), runSharp(photo, cpu ? 6 : 1)]);
  const figure = (side, name) => median(pairs.map((pair) => pair[side][name]));
  const bytes = pairs[0][0].bytes.map((length, i) => (length / pairs[0][1].bytes[i]).toFixed(3));
  const cells = [path.basename(photo)];
  if (cpu) {
    cells.push(figure(0, "cpu_s").toFixed(3), figure(1, "cpu_s").toFixed(3),
      median(pairs.map(([a, b]) => a.cpu_s / b.cpu_s)).toFixed(2));
  }
  cells.push(figure(0, "peak_mb"), figure(1, "peak_mb"), bytes.join(" "));
  if (scored) {
    const [a, b] = await scores(photo);
    cells.push(a.map((score) => score.toFixed(1)).join(" "), a.map((score, i) => (score - b[i]).toFixed(2)).join(" "));
  }
  row(cells);
}
fs.rmSync(work, { recursive: true });
