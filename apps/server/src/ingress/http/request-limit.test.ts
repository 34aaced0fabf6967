import Fastify from "fastify";
import { expect, test } from "vitest";
import { registerProblems } from "./problems.ts";
import { registerRequestLimit } from "./request-limit.ts";

test("a request too many is refused at once, and the next is taken when there is room again", async () => {
  const app = Fastify();
  registerProblems(app);
  const working = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  await app.register(async (doors) => {
    registerRequestLimit(doors, 1);
    doors.get("/slow", async () => {
      working.resolve();
      await done.promise;
      return "done";
    });
  });
  app.get("/healthz", async () => "alive");
  const url = await app.listen({ port: 0, host: "127.0.0.1" });

  const first = fetch(`${url}/slow`);
  await working.promise;
  const refused = await fetch(`${url}/slow`);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ code: "unavailable" });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);

  done.resolve();
  expect(await (await first).text()).toBe("done");
  await expect.poll(async () => (await fetch(`${url}/slow`)).status).toBe(200);
  await app.close();
});
