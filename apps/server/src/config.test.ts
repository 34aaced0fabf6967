import { describe, expect, test } from "vitest";
import { ConfigError, describeConfig, readConfig } from "./config.ts";

describe("the configuration", () => {
  test("needs nothing to be set", () => {
    expect(readConfig({})).toMatchObject({
      port: 3000,
      host: "127.0.0.1",
      publicUrl: "http://localhost:3000",
      dataDir: expect.stringMatching(/^\/.*\/data$/),
      databaseUrl: null,
      roles: ["http", "realtime", "timers", "outbox"],
    });
  });

  test("comes from the environment, where empty means not set", () => {
    const config = readConfig({
      PORT: "8080",
      PUBLIC_URL: "https://chat.example.com/",
      DATABASE_URL: "postgres://me:secret@db/punctual",
      ROLES: "timers, outbox",
      TRUST_PROXY: "2",
      LOG_LEVEL: "",
    });
    expect(config).toMatchObject({
      port: 8080,
      publicUrl: "https://chat.example.com",
      databaseUrl: "postgres://me:secret@db/punctual",
      roles: ["timers", "outbox"],
      trustProxy: 2,
      logLevel: "info",
    });
  });

  test("names every mistake at once, in a sentence, and never a value", () => {
    const environment = {
      PORT: "http",
      PUBLIC_URL: "chat.example.com",
      DATABASE_URL: "mysql://root:hunter2@db",
      ROLES: "http,coffee",
      DATABASE_POOL_SIZE: "1",
    };
    const problems = problemsOf(environment);
    expect(problems).toEqual([
      "PORT is not right. Give a port from 0 to 65535; 0 takes a free one.",
      "PUBLIC_URL is not right. Give the whole address, such as https://chat.example.com, without a path.",
      "DATABASE_URL is not right. Give an address such as postgres://user:password@host:5432/punctual.",
      "ROLES is not right. Choose from http, realtime, timers, outbox.",
      "DATABASE_POOL_SIZE is not right. Give a whole number from 4 to 500.",
    ]);
  });

  test("names push services besides those of browsers", () => {
    const hosts = "push.example.com, *.Example.org,http://127.0.0.1:4100";
    expect(readConfig({ PUSH_ALLOWED_HOSTS: hosts }).pushAllowedHosts).toEqual([
      "push.example.com",
      "*.example.org",
      "http://127.0.0.1:4100",
    ]);
    expect(readConfig({}).pushAllowedHosts).toEqual([]);
    for (const wrong of ["*", "https://x.test/path", "*.com/", "localhost"]) {
      expect(problemsOf({ PUSH_ALLOWED_HOSTS: wrong })).toHaveLength(1);
    }
  });

  test("wants both settings of e-mail or none, and takes a password with signs in it", () => {
    const SMTP_URL = "smtp://chat%40example.com:p%23ss@mail.example.com:587";
    const MAIL_FROM = "Acme <chat@example.com>";
    expect(readConfig({}).mail).toBeNull();
    expect(readConfig({ SMTP_URL, MAIL_FROM }).mail).toEqual({ url: SMTP_URL, from: MAIL_FROM });
    expect(problemsOf({ SMTP_URL })).toEqual(["MAIL_FROM is missing: SMTP_URL is set."]);
    expect(problemsOf({ MAIL_FROM })).toEqual(["SMTP_URL is missing: MAIL_FROM is set."]);
    expect(problemsOf({ SMTP_URL: "mail.example.com", MAIL_FROM: "Acme" })).toHaveLength(2);
    expect(problemsOf({ SMTP_URL: "smtp://u:100%@mail.example.com", MAIL_FROM })).toHaveLength(1);
  });

  test("is described as it is read", () => {
    for (const { name, default: preset, meaning } of describeConfig()) {
      expect(name).toMatch(/^[A-Z_]+$/);
      expect(preset).not.toBe("");
      expect(meaning).toMatch(/\.$/);
    }
  });
});

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
