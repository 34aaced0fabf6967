export type EmbeddedPostgresErrorCode =
  | "platform_unsupported"
  | "postgres_unusable"
  | "postgres_version_differs"
  | "postgres_not_answering"
  | "postgres_not_starting"
  | "data_folder_unusable"
  | "data_folder_of_another_user"
  | "data_folder_busy"
  | "no_unprivileged_account";

/** The embedded PostgreSQL can't run here; the message says what the operator can do. */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EmbeddedPostgresError";
    this.code = code;
  }
}
