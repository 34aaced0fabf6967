/** Requests and answers of the HTTP API, `/api/v1`. */
export * from "./alert-preferences.ts";
export * from "./assignment-rule.ts";
export * from "./audit-log.ts";
export * from "./business-hours.ts";
export * from "./channel.ts";
export * from "./common.ts";
export * from "./member.ts";
export * from "./message.ts";
export * from "./notification.ts";
export * from "./presence-settings.ts";
export * from "./push-subscription.ts";
export * from "./session.ts";
export * from "./settings.ts";
export * from "./settings-file.ts";
export * from "./tag.ts";
export * from "./team.ts";
export * from "./timeline.ts";
