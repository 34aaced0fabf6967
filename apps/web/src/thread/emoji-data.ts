/** Where this server keeps the names of emoji. The version is in it: browsers keep what lies there for ever. */
export const EMOJI_DATA_URL = "/assets/emoji-17.0.0";
/** The languages that have them, named as ours are. */
export const EMOJI_LANGUAGES = ["en", "vi"] as const;
