import { isJsonObject, type JsonObject } from "./json.ts";

/**
 * Lays `patch` over `base`, as RFC 7396 does: objects are merged member by member, anything else
 * replaces, `null` removes.
 */
export function mergeJson(base: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      delete merged[key];
    } else if (isJsonObject(value)) {
      const below = merged[key];
      merged[key] = mergeJson(isJsonObject(below) ? below : {}, value);
    } else {
      merged[key] = value;
    }
  }
  return merged;
}
