/**
 * How long this disk takes to make 8 KiB last: what no database that commits can be faster than.
 * Published beside every lateness figure of a disk (targets.md, "Disks stall").
 *
 *     node bench/fdatasync-probe.ts [folder] [seconds]
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BLOCK_BYTES = 8_192;
/** As large as one segment of PostgreSQL's log; then it is written over, as PostgreSQL does. */
const FILE_BYTES = 16 * 1_048_576;

const [folder = tmpdir(), seconds = "10"] = process.argv.slice(2);
console.log(JSON.stringify(probe(folder, Number(seconds))));

function probe(inFolder: string, forSeconds: number) {
  const own = mkdtempSync(join(inFolder, "fdatasync-probe-"));
  const file = openSync(join(own, "probe"), "w");
  try {
    const block = Buffer.alloc(BLOCK_BYTES, 1);
    for (let at = 0; at < FILE_BYTES; at += BLOCK_BYTES) writeSync(file, block, 0, BLOCK_BYTES, at);
    fdatasyncSync(file);
    const tookMs = measure(file, block, forSeconds * 1_000).toSorted((a, b) => a - b);
    return {
      folder: inFolder,
      seconds: forSeconds,
      writes: tookMs.length,
      p50Ms: quantile(tookMs, 0.5),
      p99Ms: quantile(tookMs, 0.99),
      maxMs: quantile(tookMs, 1),
    };
  } finally {
    closeSync(file);
    rmSync(own, { recursive: true });
  }
}

function measure(file: number, block: Buffer, forMs: number): number[] {
  const tookMs: number[] = [];
  const end = performance.now() + forMs;
  for (let at = 0; performance.now() < end; at = (at + BLOCK_BYTES) % FILE_BYTES) {
    const began = performance.now();
    writeSync(file, block, 0, BLOCK_BYTES, at);
    fdatasyncSync(file);
    tookMs.push(performance.now() - began);
  }
  return tookMs;
}

function quantile(sorted: readonly number[], share: number): number {
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return Math.round((sorted[at] ?? 0) * 1_000) / 1_000;
}
