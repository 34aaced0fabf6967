/** Everything that crosses a wire: schemas, types and error codes. */
export * from "./api/index.ts";
export * from "./assignment-rule.ts";
export * from "./business-hours.ts";
export * from "./clock-settings.ts";
export * from "./errors.ts";
export * from "./explain-issue.ts";
export * from "./message.ts";
export * from "./permissions.ts";
export * from "./quick-reply-text.ts";
export * from "./session-preview.ts";
export * from "./validation-error.ts";
