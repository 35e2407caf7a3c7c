// Ours and sharp side by side, in turn, in one run: on a noisy machine only such a pair can be compared.
//
//   cargo build -p imaging --example render && node compare.js PHOTO...
//
// ROUNDS (3) pairs a photo, the median of each; RENDER names the binary if it is not in target/debug/examples.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const ours = process.env.RENDER ?? path.join(here, "../../../target/debug/examples/render");
const rounds = Number(process.env.ROUNDS ?? 3);
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const run = (command, args) => JSON.parse(execFileSync(command, args, { encoding: "utf8" }));

console.log("| photo | ours, CPU s | sharp, CPU s | ours ÷ sharp | ours, peak MB | sharp, peak MB |");
console.log("|---|---|---|---|---|---|");
for (const photo of process.argv.slice(2)) {
  const pairs = Array.from({ length: rounds }, () => [
    run(ours, [photo]),
    run(process.execPath, [path.join(here, "sharp.js"), photo]),
  ]);
  const figure = (side, name) => median(pairs.map((pair) => pair[side][name]));
  const ratio = median(pairs.map(([a, b]) => a.cpu_s / b.cpu_s));
  console.log(`| ${path.basename(photo)} | ${figure(0, "cpu_s").toFixed(3)} | ${figure(1, "cpu_s").toFixed(3)} | ` +
    `${ratio.toFixed(2)} | ${figure(0, "peak_mb")} | ${figure(1, "peak_mb")} |`);
}
