// Unpack the headless Chromium of @sparticuz/chromium into var/chromium/, for the browser tests.
// Leaves an unpacked one of the same version alone.
import fs from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import tar from "tar-fs";

const source = path.resolve("node_modules/@sparticuz/chromium");
const target = path.resolve("var/chromium");
const binary = path.join(target, "chromium");
const stamp = path.join(target, "version");
const { version } = JSON.parse(fs.readFileSync(path.join(source, "package.json"), "utf8"));

const packed = (name) => fs.createReadStream(path.join(source, "bin", name));
const unpackedVersion = () =>
  fs.existsSync(binary) && fs.existsSync(stamp) ? fs.readFileSync(stamp, "utf8").trim() : "";

if (unpackedVersion() !== version) {
  fs.mkdirSync(target, { recursive: true });
  fs.rmSync(stamp, { force: true });
  await pipeline(packed("al2023.tar.br"), createBrotliDecompress(), tar.extract(target));
  // A half-written browser must never look whole: write aside, then rename.
  const aside = fs.createWriteStream(`${binary}.part`, { mode: 0o755 });
  await pipeline(packed("chromium.br"), createBrotliDecompress(), aside);
  fs.renameSync(`${binary}.part`, binary);
  fs.writeFileSync(stamp, `${version}\n`);
}
console.log(binary);
