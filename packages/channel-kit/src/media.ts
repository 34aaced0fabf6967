/** What became of asking for a file. `gone`: the provider keeps it no longer. */
export type MediaAnswer =
  | {
      readonly type: "found";
      readonly mimeType: string;
      /** As far as the provider says. */
      readonly bytes: number | null;
      /** To be read to its end, or cancelled. */
      readonly body: ReadableStream<Uint8Array>;
    }
  | { readonly type: "gone" }
  /** The provider can't be asked now, or answers something else; `message` is for the log. */
  | { readonly type: "failed"; readonly message: string };

/** What became of giving the provider a file. `refused`: it doesn't take such a file; `message` says why. */
export type UploadAnswer =
  | { readonly type: "stored"; readonly mediaId: string; readonly keptForMs: number }
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "failed"; readonly message: string };

export type UploadType = "image" | "video" | "audio" | "document" | "sticker";

/** What a channel takes of one type of file. */
export interface UploadLimit {
  readonly type: UploadType;
  readonly maxBytes: number;
}

export interface MediaUpload {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mimeType: string;
  readonly fileName: string;
}

/** Files of a channel's messages. They stay at the provider: what is stored is its id of them. */
export interface ChannelMedia<Config> {
  /** What can be sent, by MIME type without parameters. */
  readonly uploads: ReadonlyMap<string, UploadLimit>;

  /** Asks for a file by the id that a message brought, or that an upload gave. Never throws. */
  fetch(
    config: Config,
    mediaId: string,
    fetch: typeof globalThis.fetch,
    signal: AbortSignal,
  ): Promise<MediaAnswer>;

  /** Gives the provider a file that a message will name. Never throws. */
  upload(
    config: Config,
    file: MediaUpload,
    fetch: typeof globalThis.fetch,
    signal: AbortSignal,
  ): Promise<UploadAnswer>;
}
