// Builds what browsers load: fonts cut to size, styles and scripts bundled, names hashed, everything compressed once.
// Called by build.rs as `node build.mjs DIST` in a directory that holds node_modules and a copy of assets/.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import subset from "subset-font";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = process.argv[2];
mkdirSync(dist, { recursive: true });
try {
  await cutFonts();
  const manifest = { ...(await bundle()), ...copyIcons() };
  writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest));
  compress();
} catch (fault) {
  console.error(fault.message);
  process.exit(1);
}

/** One display cut (opsz 60, weight 360) instead of a variable font six times its size; the italic is only an ampersand. */
async function cutFonts() {
  const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join("");
  const latin = range(0x20, 0x7e) + range(0xa0, 0xff) + "ıŒœˆ˜–—‘’‚“”„•…‹›€−";
  const extended = range(0x100, 0x17f) + range(0x218, 0x21b) + "ẞ";
  const from = (name) => readFileSync(`node_modules/@fontsource-variable/newsreader/files/newsreader-${name}.woff2`);
  mkdirSync("assets/fonts", { recursive: true });
  for (const [file, source, text] of [
    ["newsreader-display", "latin-opsz-normal", latin],
    ["newsreader-display-ext", "latin-ext-opsz-normal", extended],
    ["newsreader-ampersand", "latin-opsz-italic", "&"],
  ]) {
    const cut = await subset(from(source), text, { targetFormat: "woff2", variationAxes: { opsz: 60, wght: 360 } });
    writeFileSync(`assets/fonts/${file}.woff2`, cut);
  }
}

/**
 * Every *.js and *.css directly in assets/ is an entry, unless its name starts with "_". Each is bundled by itself, so
 * that a page loads one script; what it imports later becomes a chunk. Returns name -> hashed name.
 */
async function bundle() {
  const names = {};
  for (const entry of readdirSync("assets").filter((name) => /^[^_].*\.(js|css)$/.test(name))) {
    const { metafile } = await build({
      entryPoints: [`assets/${entry}`],
      outdir: dist,
      bundle: true,
      splitting: true,
      format: "esm",
      minify: true,
      metafile: true,
      target: ["chrome111", "firefox114", "safari16.4"],
      loader: { ".woff2": "file" },
      entryNames: "[name].[hash]",
      chunkNames: "[name].[hash]",
      assetNames: "[name].[hash]",
      legalComments: "none",
      logLevel: "silent",
    });
    for (const [path, output] of Object.entries(metafile.outputs)) {
      if (output.entryPoint === `assets/${entry}`) names[entry] = basename(path);
      else if (extname(path) === ".woff2") names[basename(path).replace(/\.[^.]+\.woff2$/, ".woff2")] = basename(path);
    }
  }
  return names;
}

function copyIcons() {
  const names = {};
  for (const name of readdirSync("assets").filter((name) => extname(name) === ".svg")) {
    const bytes = readFileSync(`assets/${name}`);
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
    names[name] = name.replace(".svg", `.${hash}.svg`);
    writeFileSync(join(dist, names[name]), bytes);
  }
  return names;
}

function compress() {
  for (const name of readdirSync(dist).filter((name) => [".js", ".css", ".svg"].includes(extname(name)))) {
    const bytes = readFileSync(join(dist, name));
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
    writeFileSync(join(dist, `${name}.br`), brotliCompressSync(bytes, quality));
    writeFileSync(join(dist, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
}
