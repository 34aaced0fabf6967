import type { Edit } from "./plant.ts";

/** A file's text with the edits made. Throws when what an edit looks for is not there exactly once. */
export function plantEdits(text: string, edits: readonly Edit[]): string {
  return edits.reduce((changed, { file, find, replace }) => {
    const [before, after, ...more] = changed.split(find);
    if (before === undefined || after === undefined || more.length > 0) {
      throw new Error(`${file} doesn't have ${JSON.stringify(find)} exactly once`);
    }
    return before + replace + after;
  }, text);
}
