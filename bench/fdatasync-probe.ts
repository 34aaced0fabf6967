/**
 * How long this disk takes to make 8 KiB last, in ms:
 * `node bench/fdatasync-probe.ts [folder] [seconds]`
 */
import { tmpdir } from "node:os";
import { fdatasync } from "./lib/fdatasync.ts";

const [folder = tmpdir(), seconds = "10"] = process.argv.slice(2);
console.log(JSON.stringify({ folder, ...fdatasync(folder, Number(seconds)) }));
