import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type Spread, spreadOf } from "./spread.ts";

const BLOCK_BYTES = 8_192;
/** As large as one segment of PostgreSQL's log; then it is written over, as PostgreSQL does. */
const FILE_BYTES = 16 * 1_048_576;

/**
 * How long a folder's disk takes to make 8 KiB last, in ms: what no database that commits there can be
 * faster than. Published beside every lateness figure of a disk (targets.md, "Disks stall").
 */
export function fdatasync(folder: string, seconds: number): Spread {
  const own = mkdtempSync(join(folder, "fdatasync-probe-"));
  const file = openSync(join(own, "probe"), "w");
  try {
    const block = Buffer.alloc(BLOCK_BYTES, 1);
    for (let at = 0; at < FILE_BYTES; at += BLOCK_BYTES) writeSync(file, block, 0, BLOCK_BYTES, at);
    fdatasyncSync(file);
    return spreadOf(measure(file, block, seconds * 1_000));
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
