import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of its own that can be filled to the brim. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all the room there is. */
  fill(): void;
  /** Gives it back. */
  free(): void;
  remove(): void;
}

/** Why there can't be one here; `null`: there can. */
export function whyNoSmallDisk(): string | null {
  if (process.platform !== "linux") return "a small disk is made by Linux's tmpfs";
  if (process.getuid?.() !== 0) return "only root may mount a small disk";
  try {
    makeSmallDisk(1).remove();
    return null;
  } catch {
    return "mounting a small disk isn't allowed here";
  }
}

/** @param megabytes its size */
export function makeSmallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "punctual-small-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder]);
  unmountOnceGone(folder);
  const ballast = join(folder, "ballast");
  return {
    folder,
    fill: () => fill(ballast),
    free: () => rmSync(ballast, { force: true }),
    remove: () => {
      execFileSync("umount", ["--lazy", folder]);
      rmdirSync(folder);
    },
  };
}

/** A test that is killed doesn't leave the disk behind. */
function unmountOnceGone(folder: string): void {
  const script = `while kill -0 ${process.pid} && mountpoint -q "$0"; do sleep 1; done
    umount --lazy "$0" && rmdir "$0"`;
  spawn("sh", ["-c", script, folder], { detached: true, stdio: "ignore" }).unref();
}

function fill(path: string): void {
  const file = openSync(path, "a");
  try {
    // Smaller and smaller pieces, to the last byte.
    for (let size = 1_048_576; size >= 1; size /= 4) writeUntilFull(file, Buffer.alloc(size));
  } finally {
    closeSync(file);
  }
}

function writeUntilFull(file: number, piece: Buffer): void {
  for (;;) {
    try {
      if (writeSync(file, piece) < piece.length) return;
    } catch {
      return;
    }
  }
}
