import { registerHooks } from "node:module";
import type { Plant } from "./plant.ts";
import { plantEdits } from "./plant-edits.ts";
import { plants } from "./plants.ts";

/**
 * Puts a bug into the product's code as this process loads it. Call it before any of that code is loaded,
 * and run the plant's `sql` on each database. Throws when no plant has this name.
 */
export function plantBug(name: string): Plant {
  const plant = plants.find((each) => each.name === name);
  if (plant === undefined) throw new Error(`no planted bug is called ${name}`);
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      const edits = plant.edits.filter(({ file }) => url.endsWith(`/${file}`));
      if (edits.length === 0) return loaded;
      return { ...loaded, source: plantEdits(textOf(loaded.source), edits) };
    },
  });
  return plant;
}

function textOf(source: unknown): string {
  if (typeof source === "string") return source;
  if (source instanceof Uint8Array) return new TextDecoder().decode(source);
  throw new Error("a file was loaded without its text");
}
